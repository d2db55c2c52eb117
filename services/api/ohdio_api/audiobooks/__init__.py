"""The books, their audio and their covers."""
