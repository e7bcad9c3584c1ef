"""The words and rules of a photo and its versions."""
