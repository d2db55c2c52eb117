"""The sites that ohdio can read, each in a folder of its own, behind one protocol."""
