"""The page of books whose files are gone."""
