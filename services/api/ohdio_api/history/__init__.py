"""Who ordered what."""
