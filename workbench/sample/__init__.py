"""A seeded generator of raw exports in true vendor formats, with planted truths."""
