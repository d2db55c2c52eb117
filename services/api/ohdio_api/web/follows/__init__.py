"""Listings that are followed, on pages."""
