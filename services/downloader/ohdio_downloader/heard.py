"""Listening to a file of the library, wherever that keeps it: of a copy, as what reads sound needs a file on a disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ohdio_core.library import Library, LibraryFile
from ohdio_downloader.disk import copying
from ohdio_downloader.media.verify import Sound, verify


@dataclass(frozen=True, slots=True)
class Listening:
    """Makes copies, and listens to them.

    Args:
        library: Where the files are.
        scratch: A directory for the copy of one file.
        check: Called often; what it raises ends the work.
        keep_free: Bytes that must stay free on the disk of ``scratch``.
    """

    library: Library
    scratch: Path
    check: Callable[[], None]
    keep_free: int

    def hear(self, file: LibraryFile, *, is_whole: bool) -> Sound:
        """Return what there is to hear in a file, to its end.

        Args:
            is_whole: These are known to be all of its bytes, whatever its header says.

        Raises:
            DamagedAudio: It cannot be heard to its end.
            PermanentError: It is nothing that can be heard.
            NeedsPerson: There is no room for the copy.
            OSError: It cannot be read.
        """
        copy = self.scratch / f"heard{file.name.suffix.lower()}"
        try:
            with copying(copy, file.size, keep_free=self.keep_free):
                with copy.open("wb") as writing:
                    for chunk in self.library.read(file.name, 0, file.size):
                        self.check()
                        writing.write(chunk)
                return verify(copy, is_whole=is_whole, check=self.check)
        finally:
            copy.unlink(missing_ok=True)
