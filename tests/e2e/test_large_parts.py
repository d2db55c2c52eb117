# mypy: allow-untyped-calls
# (mutagen says that it is typed, but few of its functions are)

"""A downloader is killed while it writes the tags of a large file: nothing is fetched again, and no byte is lost."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from mutagen.id3 import ID3

from ohdio_downloader.linux_files import can_insert
from ohdio_downloader.media.tag_in_place import LARGE
from tests.e2e.shelf import Shelf
from tests.fixtures.product import QUICK, Installer, Role, fresh_category

#: Of sound, in which there are 8,000 bytes a second.
SECONDS = LARGE / 8_000 + 10
BOOKS = 3


def tagged_now(work: Path) -> Iterator[Path]:
    """Yield what is there only while a file is tagged: what is put aside of it, or its copy."""
    for directory, _, names in os.walk(work):
        yield from (Path(directory, name) for name in names if name.endswith(".ends") or ".tagging" in name)


@pytest.mark.full  # a hundred megabytes, and all processes of their own
def test_a_kill_while_a_large_file_is_tagged_costs_no_byte(installer: Installer) -> None:
    product = installer.services({**QUICK, "MAX_CONCURRENT_DOWNLOADS": "1"}, downloaders=1)
    catalogue = fresh_category(BOOKS, seconds=SECONDS)
    shelf, work = Shelf(product.library), product.library / ".ohdio-work"
    killed: set[Path] = set()
    hit: set[Path] = set()

    def upcoming() -> set[Path]:
        return set(tagged_now(work)) - killed

    product.origin.offer(catalogue)
    product.collect(catalogue)
    while len(shelf.folders()) < BOOKS:
        product.wait_until(lambda: upcoming() or len(shelf.folders()) == BOOKS, 60, "a file is tagged", every=0.0005)
        if found := upcoming():
            product.kill(Role.DOWNLOADER, product.processes.running(Role.DOWNLOADER)[0])
            killed |= found
            hit |= {path for path in found if path.exists()}
            product.spawn(Role.DOWNLOADER)
    product.wait_until_settled(BOOKS, within=60)

    assert hit, "each was tagged before the kill came"
    assert all(path.suffix == ".ends" for path in hit) or not can_insert(product.library, 64 * 1024)
    assert product.origin.stats().media_bytes == product.origin.weight()
    shelf.assert_sound(list(catalogue.books))
    titles = [ID3(shelf.files(book)[0])["TIT2"].text for book in catalogue.books]
    assert titles == [[book.title] for book in catalogue.books]
    assert shelf.unfinished() == []
