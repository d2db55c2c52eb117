"""Folders of books that people had before."""
