"""Adding links."""
