"""What a file is, by its type and by its name."""

from __future__ import annotations

import pytest

from ohdio_core.sources.rss.media_types import is_sound


@pytest.mark.parametrize("said", ["image/jpeg", "text/html", "video/mp4", "application/pdf", "document", "file", ""])
@pytest.mark.parametrize(
    "name", ["1.mp3", "1.M4A", "1.opus?t=2", "get.php?file=1.mp3&key=2", "1.m4b", "1.flac", "1.aif", "1.WMA"]
)
def test_a_name_that_only_sound_has_beats_any_type(name: str, said: str) -> None:
    assert is_sound(f"https://audio.example/{name}", said) is True


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("1.mp4", "video/mp4"),
        ("1.ogg", "video/ogg"),
        ("1.jpg", "image/jpeg"),
        ("1", "image/png"),
        ("1.pdf", ""),
        ("1.m3u8", "video/mp2t"),
        ("1.jpg?from=1.mp3", "image/jpeg"),
    ],
)
def test_what_may_be_something_else_is_what_is_said_of_it(name: str, said: str) -> None:
    assert is_sound(f"https://audio.example/{name}", said) is False


@pytest.mark.parametrize(
    ("name", "said"), [("1.ogg", "image/jpeg"), ("1.mp4", ""), ("1.jpg", "audio/mpeg"), ("1.mp4", "audio/mp4")]
)
def test_sound_is_known_by_one_of_both(name: str, said: str) -> None:
    assert is_sound(f"https://audio.example/{name}", said) is True


def test_what_nothing_tells_of_is_unknown() -> None:
    assert is_sound("https://audio.example/episode/42", "application/octet-stream") is None
