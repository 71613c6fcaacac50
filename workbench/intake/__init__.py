"""The gate: raw exports become canonical rows, or say exactly why not."""
