"""The page of what is lost or damaged in the library."""
