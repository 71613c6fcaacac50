"""Delimited text to records."""
