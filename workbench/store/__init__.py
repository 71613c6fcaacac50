"""Canonical tables on disk, with versions, and the engine that reads them."""
