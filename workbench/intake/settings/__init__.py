"""What a business decides itself, read from YAML."""
