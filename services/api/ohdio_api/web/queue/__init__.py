"""The queue on pages: the list with its filters, and what people order of one book or of several."""
