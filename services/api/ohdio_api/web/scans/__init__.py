"""Scans of listings on pages."""
