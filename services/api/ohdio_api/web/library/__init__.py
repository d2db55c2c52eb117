"""The library on pages: what is there, and how it is found."""
