"""Fetches every part of a book and files it, tagged, in the library."""
