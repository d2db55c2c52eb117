# mypy: allow-untyped-calls
# (mutagen says that it is typed, but few of its functions are)

"""Parts that are tagged in place, by the service, over kills."""

from __future__ import annotations

import hashlib
from functools import partial
from pathlib import Path

import pytest
from mutagen.id3 import ID3

from ohdio_downloader.media import tag_in_place as module
from ohdio_downloader.media.tag_in_place import tag_in_place
from tests.fakes.blocks import insert_blocks, make_room
from tests.integration.downloader.downloads import MEDIUM, Downloads, Killed
from tests.integration.downloader.faulty_origin import FaultyOrigin


@pytest.mark.parametrize("is_restored", [False, True], ids=["at once", "while it is made again what it was"])
def test_a_kill_while_a_part_is_tagged_in_place_costs_no_byte(
    downloads: Downloads, faulty: FaultyOrigin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_restored: bool
) -> None:
    insert_blocks(tmp_path, monkeypatch)
    monkeypatch.setattr("ohdio_downloader.packaging.tag_in_place", partial(tag_in_place, least=0))

    def write_half(path: Path, before: module._Before, tag: bytes) -> None:
        with path.open("r+b") as file:
            make_room(file.fileno(), before.room)
            file.truncate(before.end + before.room)
            file.write(tag[: len(tag) // 2])
        raise Killed

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as killing:
        killing.setattr(module, "_write", write_half)
        killing.setattr(module, "restore_in_place", die)
        downloads.download_until_killed()
    if is_restored:
        with monkeypatch.context() as killing:
            killing.setattr("os.ftruncate", die)
            downloads.download_until_killed()
    downloads.download()

    (file,) = downloads.files()
    assert len(faulty.requests(MEDIUM)) == 1
    assert downloads.checksums() == [(file.name, file.stat().st_size, hashlib.sha256(file.read_bytes()).hexdigest())]
    assert ID3(file)["TIT2"].text == ["Le talus"]
    assert [path.name for path in file.parent.iterdir() if path.suffix == ".ends"] == []
    assert list(downloads.work_dir.iterdir()) == []
