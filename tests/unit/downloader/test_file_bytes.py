from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ohdio_downloader.media import file_bytes
from ohdio_downloader.media.file_bytes import FileBytes
from tests.sites.audio import AudioFactory
from tests.unit.downloader.cutting import DOORS, write_files

_PATTERN = re.compile(rb"a[bc]{1,5}")
_REACH = 6


@pytest.fixture
def content() -> bytes:
    return bytes(random.Random(1).choices(b"abcd", k=3_000))


@pytest.fixture
def data(content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FileBytes]:
    """Bytes of a file that is many times as long as what is in memory of it."""
    monkeypatch.setattr(file_bytes, "_WINDOW", 64)
    monkeypatch.setattr(file_bytes, "_FIRST", 8)
    path = tmp_path / "file"
    path.write_bytes(content)
    with path.open("r+b") as file:
        yield FileBytes(file)


class TestWhatAFileHolds:
    def test_is_there_in_any_order(self, data: FileBytes, content: bytes) -> None:
        order = random.Random(2)
        for _ in range(500):
            position, count = order.randrange(len(content) + 10), order.choice([1, 3, 40, 64, 65, 500])
            assert data.at(position, count) == content[position : position + count]

    def test_is_found_wherever_it_lies(self, data: FileBytes, content: bytes) -> None:
        for start, end in ((0, len(content)), (5, 1_000), (63, 66), (900, 899), (0, len(content) + 50)):
            known = [found.start() for found in _PATTERN.finditer(content, start, end)]
            assert list(data.places(_PATTERN, start, end, _REACH)) == known
            assert data.last_place(b"abc", start, min(end, len(content))) == content.rfind(b"abc", start, end)

    def test_is_found_while_other_places_are_looked_at(self, data: FileBytes, content: bytes) -> None:
        found = []
        for place in data.places(_PATTERN, 0, data.size, _REACH):
            found.append(place)
            data.at(len(content) - place, 9)
        assert found == [each.start() for each in _PATTERN.finditer(content)]

    def test_matches_as_in_one_piece(self, data: FileBytes, content: bytes) -> None:
        for position in range(len(content) + 2):
            known = _PATTERN.match(content, position)
            assert data.end_of(_PATTERN, position, _REACH) == (known.end() if known else None)

    def test_comes_in_pieces(self, data: FileBytes, content: bytes) -> None:
        data.at(100, 30)
        assert b"".join(data.pieces(90, 1_234)) == content[90:1_234]

    def test_is_what_was_written_last(self, data: FileBytes, content: bytes) -> None:
        assert data.at(10, 4) == content[10:14]
        data.write(11, b"xyz")
        assert data.at(10, 5) == content[10:11] + b"xyz" + content[14:15]

    def test_is_an_error_where_it_became_shorter(self, data: FileBytes, tmp_path: Path) -> None:
        os.truncate(tmp_path / "file", 1_000)
        with pytest.raises(OSError, match="file"):
            data.at(990, 30)


@pytest.fixture(scope="module")
def cut_files(audio: AudioFactory, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What comes of reading files that another process cuts meanwhile, by their names."""
    folder = tmp_path_factory.mktemp("cut")
    write_files(audio, folder)
    called = [sys.executable, "-m", "tests.unit.downloader.cutting", *(str(folder / name) for name in DOORS)]
    lines = subprocess.run(called, check=True, capture_output=True, text=True).stdout.splitlines()
    return dict(line.split() for line in lines)


@pytest.mark.parametrize("name", DOORS)
def test_a_file_that_another_process_cuts_ends_no_process(cut_files: dict[str, str], name: str) -> None:
    assert cut_files[name] == "OSError"
