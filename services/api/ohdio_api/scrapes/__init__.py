"""Scans of categories and feeds."""
