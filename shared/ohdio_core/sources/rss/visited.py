"""Which documents of a feed a walk has read, to tell where its pages stop bringing anything new."""

from __future__ import annotations

from zlib import crc32

_MOST_REPEATED = 3  # one after another: some sites give their first page twice, as page 0 and 1


def checksum(text: str) -> int:
    """Return a checksum of a text; the sum of several is the same in any order."""
    return crc32(text.encode(errors="replace"))


class Visited:
    """Remembers addresses and checksums of documents, not their items."""

    def __init__(self) -> None:
        self._urls = set[str]()
        self._checksums = set[int]()
        self._repeated = 0

    def enter(self, url: str) -> None:
        """Record that a document is being read."""
        self._urls.add(url)

    def goes_on(self, checksum: int, following: str) -> bool:
        """Return, at the end of a document, whether to read the one that it names as next."""
        self._repeated = self._repeated + 1 if checksum in self._checksums else 0
        self._checksums.add(checksum)
        return following not in self._urls and self._repeated < _MOST_REPEATED
