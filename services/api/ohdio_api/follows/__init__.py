"""Listings that are followed."""
