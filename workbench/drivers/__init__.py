"""Contact drivers: why customers write, from what they wrote."""
