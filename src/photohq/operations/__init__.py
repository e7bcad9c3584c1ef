"""What a caller can ask for: one file, one function."""
