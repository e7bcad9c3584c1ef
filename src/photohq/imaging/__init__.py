"""How pictures are made, checked and read."""
