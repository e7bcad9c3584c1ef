"""Edit recipes by libvips: the pixels that a recipe makes of a picture."""
