"""Feeds from a grammar: a truth first, then a document with liberties that real ones take."""
