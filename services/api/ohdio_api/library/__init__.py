"""What is in the library now, and what ought to be."""
