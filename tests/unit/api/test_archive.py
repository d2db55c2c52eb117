"""Archives whose size is known before they are made."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Generator
from pathlib import PurePosixPath
from typing import Any, cast

import pytest

from ohdio_api.audiobooks.archive import Archive, ArchiveEntry
from ohdio_core.library import Library, LibraryFile

_AT = 1_700_000_000 * 10**9
_BLOCK = bytes(8 * 1024 * 1024)


class Zeros:
    """A library of files that are all zeros."""

    def read(self, _name: PurePosixPath, _start: int, length: int) -> Generator[bytes]:
        while length:
            yield _BLOCK[:length]
            length -= min(length, len(_BLOCK))


def archive(*sizes: int, modified_ns: int = _AT) -> Archive:
    files = [LibraryFile(PurePosixPath(f"{number}"), size, modified_ns) for number, size in enumerate(sizes)]
    return Archive(cast("Library", Zeros()), [ArchiveEntry(f"Élan/{file.name} – é.mp3", file) for file in files])


@pytest.mark.parametrize("sizes", [(), (0,), (1, 2, 3), (70_000, 9_000_000), (1,) * 300])
def test_is_as_large_as_it_says_and_holds_what_it_should(sizes: tuple[int, ...]) -> None:
    made = archive(*sizes)
    data = b"".join(made.chunks())
    assert len(data) == made.size
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        assert opened.testzip() is None
        assert [entry.file_size for entry in opened.infolist()] == list(sizes)
        assert {entry.compress_type for entry in opened.infolist()} <= {zipfile.ZIP_STORED}


@pytest.mark.parametrize("modified_ns", [0, -(10**18)])
def test_of_files_older_than_the_format_are_of_its_first_day(modified_ns: int) -> None:
    opened: Any = zipfile.ZipFile(io.BytesIO(b"".join(archive(1, modified_ns=modified_ns).chunks())))
    assert opened.infolist()[0].date_time[:3] == (1980, 1, 1)


@pytest.mark.full
@pytest.mark.parametrize("sizes", [(2**31 + 5, 1), (1_500_000_000, 1_000_000_000, 7), (2_100_000_000,), (1,) * 66_000])
def test_is_as_large_as_it_says_also_beyond_what_32_bits_hold(sizes: tuple[int, ...]) -> None:
    made = archive(*sizes)
    assert sum(map(len, made.chunks())) == made.size


def test_that_cannot_be_finished_is_cut_off() -> None:
    class Shorter(Zeros):
        def read(self, _name: PurePosixPath, _start: int, length: int) -> Generator[bytes]:
            yield bytes(length - 1)

    with pytest.raises(OSError, match="has 4 bytes now, not 5"):
        b"".join(Archive(cast("Library", Shorter()), archive(5).entries).chunks())
