"""Pictures: sample photos to try the product with."""
