"""Edit recipes: the pixels that a recipe makes of a picture."""
