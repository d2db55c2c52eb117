"""The page of listening feeds: the addresses by which podcast apps hear parts of the library."""
