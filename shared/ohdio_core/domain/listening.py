"""When somebody is in the middle of a book."""

from __future__ import annotations

#: Seconds before the end of a book: who has come so close to it has heard the book.
ENDING = 60.0
