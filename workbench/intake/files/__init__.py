"""Bytes to text: containers, sheets, encodings."""
