"""The `photohq` command."""
