"""The pages of books that become one file."""
