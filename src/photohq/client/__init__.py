"""The Python client of the HTTP contract; it imports nothing of the server."""
