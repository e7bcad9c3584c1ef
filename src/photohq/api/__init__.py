"""The HTTP contract: routes, shapes, problems, cursors."""
