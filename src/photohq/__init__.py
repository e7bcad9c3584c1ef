"""The backend of photo-editing applications: originals, edited versions and metadata."""

__version__ = "0.1.0"
