"""Pictures: how they are checked, read and rendered; sample photos to try with."""
