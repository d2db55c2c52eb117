"""Who listens."""
