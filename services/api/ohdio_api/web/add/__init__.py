"""Adding links: at once, or after one has looked at what they lead to."""
