"""Words and numbers without data: periods, levels, targets."""
