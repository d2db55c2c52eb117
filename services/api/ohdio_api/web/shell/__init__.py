"""What every page has around it."""
