"""Searching the catalogues of sites, so that nobody needs to know their addresses."""
