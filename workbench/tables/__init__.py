"""The canonical tables: what a row is, its key, and the meaning of every column."""
