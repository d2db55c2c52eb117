"""Comparing the files of the library with their checksums."""
