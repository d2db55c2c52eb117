"""Checksums of files, taken while other threads go on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from ohdio_downloader.disk import cut_meanwhile

_CHUNK = 1024 * 1024  # bytes


def sha256_of(chunks: Iterable[bytes | memoryview], check: Callable[[], None]) -> str:
    """Return the checksum of some bytes in hexadecimal.

    Args:
        chunks: All of them.
        check: Called often; what it raises ends the work.
    """
    digest = hashlib.sha256()
    for chunk in chunks:
        check()
        digest.update(chunk)
    return digest.hexdigest()


def chunks_of(path: Path, start: int = 0, end: int | None = None) -> Iterator[memoryview]:
    """Yield the bytes of a file, each piece until the next is asked for; one that was just written is read from memory.

    Args:
        path: The file.
        start: Its first byte that is wanted.
        end: Behind the last one; None for all.

    Raises:
        OSError: They cannot be read, or somebody cut the file meanwhile.
    """
    buffer = memoryview(bytearray(_CHUNK))
    with path.open("rb", buffering=0) as file:
        file.seek(start)
        left = _CHUNK if end is None else end - start
        while left > 0 and (count := file.readinto(buffer[: min(_CHUNK, left)])):
            yield buffer[:count]
            left -= 0 if end is None else count
        if end is not None and left > 0:
            raise cut_meanwhile(str(path))
