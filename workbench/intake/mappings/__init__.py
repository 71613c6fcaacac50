"""Which column of an export feeds which canonical column."""
