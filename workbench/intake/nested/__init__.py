"""JSON to plain rows by kind."""
