"""The page by which books that people had come into the library."""
