"""What every ohdio service shares: the domain, the database, the engine and the sources."""
