"""Telling people, programs and players what becomes of books."""
