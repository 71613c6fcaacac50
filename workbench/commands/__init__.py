"""What the command line does, one module per verb: thin calls into the package, and words."""
