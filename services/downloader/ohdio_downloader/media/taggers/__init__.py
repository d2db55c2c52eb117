"""Writing details into files: one module for each kind of tags."""
