"""Every support metric declared once: definition, inputs, maturity, interval."""
