"""What identifies a person stays outside."""
