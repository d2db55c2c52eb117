"""Books that people had before: found in a folder, known again, and taken into the library."""
