"""Covers for pages: always a picture, so that no page has a hole in it."""
