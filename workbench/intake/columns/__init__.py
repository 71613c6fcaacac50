"""Texts to values, decided per column over the whole file."""
