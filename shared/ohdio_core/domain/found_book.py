"""What a book is that was found in a folder of a person's own."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """One kind of result."""

    HAVE = "have"  #: the library has it
    KNOWN = "known"  #: a book that is waited for: it need not be fetched
    UNSURE = "unsure"  #: perhaps a known book
    NEW = "new"  #: no known book, and enough is known of it to be one
    REFUSED = "refused"  #: it cannot be taken, or too little is known of it
