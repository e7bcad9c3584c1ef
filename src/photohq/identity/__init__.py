"""Who is asking: the user pool."""
