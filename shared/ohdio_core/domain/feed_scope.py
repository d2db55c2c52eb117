"""Of what a listening feed is: the part of the library that a podcast app hears by it."""

from __future__ import annotations

from enum import StrEnum


class FeedScope(StrEnum):
    """One kind of part of the library."""

    LIBRARY = "library"  #: every book
    AUTHOR = "author"
    SERIES = "series"
    BOOK = "book"  #: its parts, in order
    FOLLOW = "follow"  #: what a follow has added
