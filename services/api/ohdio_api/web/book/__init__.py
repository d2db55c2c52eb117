"""One book on a page."""
