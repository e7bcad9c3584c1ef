"""What one machine brings of its own: the data folder, the database, the master key."""
