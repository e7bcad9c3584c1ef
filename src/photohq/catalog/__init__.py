"""Where photo records live."""
