"""What FFmpeg needs of a file that is not on the disk, and what is read here of any."""

from __future__ import annotations

from typing import Protocol


class Readable(Protocol):
    """A binary file, open for reading, or what behaves as one."""

    def read(self, size: int, /) -> bytes:
        """Return at most ``size`` bytes from the position on; empty at the end."""
        ...

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to a position, counted as ``whence`` says (``os.SEEK_SET`` and so on), and return it."""
        ...

    def tell(self) -> int:
        """Return the position."""
        ...
