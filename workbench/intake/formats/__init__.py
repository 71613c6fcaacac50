"""The formats the gate knows without a mapping: one YAML each, and Zendesk's nested JSON."""
