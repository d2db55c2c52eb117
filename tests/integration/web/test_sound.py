"""The parts of a book as one file."""

from __future__ import annotations

import pytest

from tests.fixtures.api import Api

#: Frames of MPEG-1, layer III, 64 kbit/s, 32 kHz, mono: 288 bytes and 36 ms each.
HEADER = b"\xff\xfb\x58\xc4"
ID3 = b"ID3\x04\0\0\0\0\x01\x00" + bytes(128)  # 128 is 01 00, seven bits a byte
TAG = b"TAG" + b"t" * 125


def frames(count: int, fill: bytes, header: bytes = HEADER) -> bytes:
    return (header + fill * 284) * count


FIGURES = HEADER + bytes(17) + b"Info" + bytes(288 - 25)


def filed(api: Api, parts: dict[str, bytes], seconds: list[float | None]) -> int:
    (item,) = api.engine.items(1)
    book = api.file_book(item, parts)
    for index, (name, length) in enumerate(zip(parts, seconds, strict=True)):
        api.engine.execute(
            "INSERT INTO book_files (audiobook_id, index, name, size, sha256, duration_seconds) "
            "VALUES (:id, :index, :name, 1, '', :seconds)",
            id=book,
            index=index,
            name=name,
            seconds=length,
        )
    return book


def test_is_their_sound_without_tags_and_figures_whole_or_in_part(api: Api) -> None:
    one, two, three = frames(40, b"1"), frames(60, b"2"), frames(20, b"3")
    parts = {"1.mp3": ID3 + FIGURES + one, "2.mp3": ID3 + ID3 + two + TAG, "3.mp3": three}
    book = filed(api, parts, [1.44, 2.16, 0.72])
    whole = one + two + three
    answer = api.outside.get(f"/books/{book}/sound")
    assert (answer.content, answer.headers["content-type"]) == (whole, "audio/mpeg")
    assert answer.headers["content-length"] == str(len(whole))
    for first, last in ((0, 0), (100, 11_600), (11_519, 11_520), (11_520, len(whole) - 1), (20_000, 30_000)):
        part = api.outside.get(f"/books/{book}/sound", headers={"Range": f"bytes={first}-{last}"})
        assert (part.status_code, part.content) == (206, whole[first : last + 1])
    known = api.outside.get(f"/books/{book}/sound", headers={"If-None-Match": answer.headers["etag"]})
    assert known.status_code == 304
    assert api.outside.head(f"/books/{book}/sound").headers["content-length"] == str(len(whole))


@pytest.mark.parametrize(
    ("parts", "seconds"),
    [
        ({"1.mp3": frames(40, b"1")}, [1.44]),
        ({"1.mp3": frames(40, b"1"), "2.mp3": frames(40, b"2")}, [1.44, 2.9]),
        ({"1.mp3": frames(40, b"1"), "2.mp3": frames(40, b"2")}, [1.44, None]),
        ({"1.mp3": frames(40, b"1"), "2.mp3": frames(40, b"2", b"\xff\xfb\x58\x44")}, [1.44, 1.44]),
        ({"1.mp3": frames(40, b"1"), "2.m4a": b"sound"}, [1.44, 1.44]),
        ({"1.mp3": frames(40, b"1"), "2.mp3": b"no sound"}, [1.44, 1.44]),
        ({"1.mp3": frames(40, b"1"), "2.mp3": b""}, [1.44, 0.0]),
        ({"1.mp3": frames(40, b"1"), "2.mp3": ID3}, [1.44, 0.0]),
        ({"1.mp3": frames(40, b"1"), "2.mp3": HEADER}, [1.44, 0.0]),
    ],
    ids=["one part", "a changing bit rate", "not measured", "stereo", "M4A", "text", "nothing", "tags", "a header"],
)
def test_what_cannot_be_laid_end_to_end_is_not_there(
    api: Api, parts: dict[str, bytes], seconds: list[float | None]
) -> None:
    book = filed(api, parts, seconds)
    assert api.outside.get(f"/books/{book}/sound").status_code == 404
    assert api.outside.get(f"/books/{book}").status_code == 200


def test_of_a_library_that_is_away_is_not_there(api: Api) -> None:
    book = filed(api, {"1.mp3": frames(40, b"1"), "2.mp3": frames(40, b"2")}, [1.44, 1.44])
    away = api.library_dir.with_name("away")
    api.library_dir.rename(away)
    try:
        assert api.outside.get(f"/books/{book}").status_code == 200
    finally:
        away.rename(api.library_dir)
