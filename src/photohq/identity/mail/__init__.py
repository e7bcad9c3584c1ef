"""Mail to users: letters from templates, an outbox, and their way to the mail server."""
