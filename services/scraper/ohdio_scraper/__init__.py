"""Walks the pages of a category or feed and writes down every book."""
