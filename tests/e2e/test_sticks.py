"""A library on a USB stick: exFAT has no links, no permissions, and no two names that differ in case alone."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.fixtures.command import Command
from tests.sites.catalogue import Catalogue, SimCategory, invent_book
from tests.sites.client import SimOrigin

pytestmark = pytest.mark.full  # as root alone, with FUSE and a loop device

_ODD = 'What? A "Stick": <Vol. 1> | *'
_BOOKS = (
    replace(invent_book(53_001, parts=3, seconds=1), title="The Lighthouse", authors=("Ada Brun",)),
    replace(invent_book(53_002, seconds=1), title="THE LIGHTHOUSE", authors=("Ada BRUN",)),
    replace(invent_book(53_003, seconds=1), title=_ODD, authors=("Prêtre & Fils.",)),
)


@pytest.fixture
def stick(tmp_path: Path) -> Iterator[Path]:
    """A folder with an exFAT file system of 300 MB."""
    image, folder = tmp_path / "image", tmp_path / "stick"
    with image.open("wb") as file:
        file.truncate(300_000_000)
    folder.mkdir()
    subprocess.run(["mkfs.exfat", image], check=True, capture_output=True)
    attached = subprocess.run(["losetup", "--find", "--show", image], check=True, capture_output=True, text=True)
    device = attached.stdout.strip()
    try:
        subprocess.run(["mount.exfat-fuse", device, folder], check=True, capture_output=True)
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=False)
        subprocess.run(["losetup", "--detach", device], check=True)


@pytest.mark.parametrize("is_worked_elsewhere", [False, True], ids=["one disk", "another disk"])
def test_a_library_on_exfat_takes_every_book_once(
    ohdio: Command, origin: SimOrigin, stick: Path, tmp_path: Path, *, is_worked_elsewhere: bool
) -> None:
    catalogue = Catalogue(books=_BOOKS, categories=(SimCategory(9003, "Tous", tuple(b.id for b in _BOOKS)),))
    origin.offer(catalogue)
    link = origin.category_url(catalogue.categories[0])
    places = {"LIBRARY_DIR": str(stick / "books")}
    if is_worked_elsewhere:
        places["WORK_DIR"] = str(tmp_path / "work")

    first = ohdio.run("get", link, **places)

    assert first.returncode == 0
    assert origin.stats().media_bytes == origin.weight()
    assert len({path.parent for path in (stick / "books").rglob("*.mp3")}) == 3
    origin.reset()
    again = ohdio.run("get", link, **places)
    assert "3 books already there, nothing fetched" in again.stdout
    assert origin.stats().media_requests == 0

    anew = ohdio.run("get", link, **places, XDG_DATA_HOME=str(ohdio.home / "fresh"))
    assert anew.returncode == 0
    assert origin.stats().media_requests == 0, "books explain themselves on a stick, too"


def test_a_database_on_exfat_is_refused_with_what_to_do(ohdio: Command, origin: SimOrigin, stick: Path) -> None:
    origin.offer(Catalogue(books=_BOOKS))

    refused = ohdio.run("get", origin.book_url(_BOOKS[0]), XDG_DATA_HOME=str(stick))

    assert refused.returncode == 2
    assert f"The database cannot lie in {stick / 'ohdio' / 'postgres'}" in refused.stderr
    assert "exFAT" in refused.stderr
    assert "--data" in refused.stderr
