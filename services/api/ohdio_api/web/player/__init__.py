"""The player, on every page."""
