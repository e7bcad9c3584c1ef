"""The HTTP contract: routes, bodies, problem documents, OpenAPI."""
