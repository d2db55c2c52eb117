"""Converting books of the library, beside the downloads."""
