"""Everything in one process, and the ohdio command."""
