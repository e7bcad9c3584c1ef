"""The backend of photo-editing applications: originals, edited versions and metadata."""
