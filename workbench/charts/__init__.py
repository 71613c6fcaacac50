"""A finished result in, matplotlib Axes out; charts compute nothing."""
