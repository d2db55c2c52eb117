"""Describes one audiobook: who wrote it, who reads it, which parts it has."""
