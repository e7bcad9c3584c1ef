"""Where originals and edited bytes live."""
