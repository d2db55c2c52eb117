"""Many books of a bucket are looked for with few requests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import PurePosixPath

import pytest

from ohdio_core.domain.owner import OwnerId
from ohdio_core.library.bucket.editions import Editions, new_edition
from ohdio_core.library.marker import Marker
from tests.integration.library.libraries import Bucket

_COUNT = 40
_FILES = {"01 - La mer.mp3": b"sea", "02 - Le vent.mp3": b"wind", "cover.jpg": b"picture"}

Book = tuple[str, OwnerId]


def _file(bucket: Bucket, number: int) -> Book:
    owner_id, folder = OwnerId(f"rss:{number}"), PurePosixPath(f"Ève/Livre {number:03}")
    edition = new_edition(folder, Marker(owner_id.current, 2, {name: len(data) for name, data in _FILES.items()}))
    for name, data in _FILES.items():
        bucket.objects.write(edition.key(name), data)
    Editions(bucket.objects).publish(edition)
    return str(folder), owner_id


@contextmanager
def _counting(bucket: Bucket) -> Iterator[list[str]]:
    """Note the requests that a library sends."""
    sent: list[str] = []
    events = bucket.library._objects._client().meta.events
    events.register("before-send.s3", lambda request, **_: sent.append(request.url), unique_id="counting")
    try:
        yield sent
    finally:
        events.unregister("before-send.s3", unique_id="counting")


@pytest.fixture
def books(bucket: Bucket) -> list[Book]:
    bucket.objects.write(".ohdio-library", b"{}")
    return [_file(bucket, number) for number in range(_COUNT)]


def _edition(bucket: Bucket, book: Book) -> str:
    found = Editions(bucket.objects).at(PurePosixPath(book[0]))
    assert found is not None
    return found.prefix


def test_all_of_a_library_by_its_list_of_keys_and_a_few_with_a_request_each(bucket: Bucket, books: list[Book]) -> None:
    with _counting(bucket) as sent:
        assert bucket.library.whereabouts(books) == [PurePosixPath(folder) for folder, _ in books]
    assert len(sent) <= 3, sent  # two pages, and whether it is a library
    with _counting(bucket) as sent:
        assert all(bucket.library.holds_each(books))
        assert bucket.library.holds(*books[7])
    assert len(sent) <= 4, sent  # two pages, one for the one, and whether the bucket is there
    few = [books[0], books[25], books[39]]
    with _counting(bucket) as sent:
        assert None not in bucket.library.whereabouts(few)
    assert len(sent) <= len(few) + 1, sent


def test_those_that_are_gone_cost_nothing_more_each(bucket: Bucket, books: list[Book]) -> None:
    for folder, _ in books[:30]:
        bucket.objects.delete([f"{folder}/.ohdio.json"])
    with _counting(bucket) as sent:
        found = bucket.library.whereabouts(books)
    assert found == [None] * 30 + [PurePosixPath(folder) for folder, _ in books[30:]]
    assert len(sent) <= 4, sent  # and where people may have moved them, once


def test_a_lost_or_shortened_file_and_a_second_edition_are_seen(bucket: Bucket) -> None:
    lost, cut, other, plain = (_file(bucket, number) for number in range(4))
    bucket.objects.delete([f"{_edition(bucket, lost)}02 - Le vent.mp3"])
    bucket.objects.write(f"{_edition(bucket, cut)}02 - Le vent.mp3", b"wi")
    orphan = new_edition(PurePosixPath(other[0]), Marker(other[1].current, 1, {"01.mp3": 4}))
    bucket.objects.write(orphan.key("01.mp3"), b"half")
    bucket.objects.delete([f"{_edition(bucket, plain)}cover.jpg"])
    found = bucket.library.whereabouts([lost, cut, other, plain])
    assert found == [None, None, PurePosixPath(other[0]), PurePosixPath(plain[0])]


def test_books_of_an_earlier_version_are_found_by_their_markers(bucket: Bucket) -> None:
    today = _file(bucket, 0)
    folder, owner_id = "Ève/Livre 999", OwnerId("rss:999")
    made = new_edition(PurePosixPath(folder), Marker(owner_id.current, 1, {"01.mp3": 3}))
    before = replace(made, name=made.name.rpartition("-")[0])
    bucket.objects.write(before.key("01.mp3"), b"sea")
    Editions(bucket.objects).publish(before)
    assert bucket.library.whereabouts([today, (folder, owner_id)]) == [
        PurePosixPath(today[0]),
        PurePosixPath(folder),
    ]
    bucket.objects.delete([before.key("01.mp3")])
    assert bucket.library.whereabouts([(folder, owner_id)]) == [None]


@pytest.mark.parametrize("page", ["nothing", "the first keys"])
def test_a_server_that_does_not_go_on_from_a_key_is_asked_for_each(
    page: str, bucket: Bucket, books: list[Book], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = [] if page == "nothing" else list(bucket.objects.below("", most=10))
    monkeypatch.setattr(bucket.library._objects, "after", lambda *_: (first, True))
    gone = ("Ève/Livre 999", OwnerId("rss:999"))
    found = bucket.library.whereabouts([*books, gone])
    assert found == [*(PurePosixPath(folder) for folder, _ in books), None]
