from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohdio_core.errors import Postponed
from ohdio_downloader.media.transcript import read_transcript, transcripts_beside
from tests.fixtures.effort import seconds_of_work


@pytest.mark.parametrize(
    ("data", "suffix"),
    [
        (b"WEBVTT\n\n00:00.000 --> 00:02.000\nLa mer.", ".vtt"),
        (b"\xef\xbb\xbfWEBVTT", ".vtt"),
        (b"1\n00:00:00,000 --> 00:00:02,000\nLa mer.\n", ".srt"),
        (b"1\r\n00:00:00,000 --> 00:00:02,000\r\nLa mer.\r\n", ".srt"),
        (b'{"version": "1.0.0", "segments": []}', ".json"),
        (b"{La mer} monte.", ".txt"),
        ("La mer était là.".encode(), ".txt"),
        (b"1\nLa mer", ".txt"),
    ],
)
def test_the_content_says_what_it_is(data: bytes, suffix: str) -> None:
    found = read_transcript(data)
    assert found is not None
    assert (found.data, found.suffix) == (data, suffix)


@pytest.mark.parametrize("data", [b"", b" \n", b"<!DOCTYPE html><p>Perdu", b"<html>", b"ID3\x04\0\0", b"\xff\xfe"])
def test_what_is_no_text_is_no_transcript(data: bytes) -> None:
    assert read_transcript(data) is None


@pytest.mark.fuzz
@pytest.mark.parametrize("text", ["1" + "\n" * 1_000_000 + "x", "\n" * 1_000_000 + "x", "1" + " " * 1_000_000 + "x"])
def test_much_of_nothing_is_read_in_no_time(text: str) -> None:
    data = text.encode()
    assert seconds_of_work(lambda: read_transcript(data), enough=1.5) < 1.5


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_are_a_transcript_or_none(data: bytes) -> None:
    found = read_transcript(data)
    assert found is None or found.suffix in {".vtt", ".srt", ".json", ".txt"}


def test_it_lies_beside_the_sound_under_its_name(tmp_path: Path) -> None:
    audio = tmp_path / "01 - M. Roy.mp3"
    found = read_transcript(b"WEBVTT")
    assert found is not None
    found.write_beside(audio)
    assert (tmp_path / "01 - M. Roy.vtt").read_bytes() == b"WEBVTT"
    assert transcripts_beside(audio) == {"01 - M. Roy.vtt"}
    assert transcripts_beside(tmp_path / "02 - M. Roy.mp3") == set()


def test_on_a_full_disk_it_is_written_later_and_the_former_stays(tmp_path: Path) -> None:
    (tmp_path / "one.vtt").write_bytes(b"WEBVTT former")
    (tmp_path / ".new").symlink_to("/dev/full")
    found = read_transcript(b"WEBVTT")
    assert found is not None
    with pytest.raises(Postponed, match="Not enough free space"):
        found.write_beside(tmp_path / "one.mp3")
    assert [path.name for path in tmp_path.iterdir()] == ["one.vtt"]
    assert (tmp_path / "one.vtt").read_bytes() == b"WEBVTT former"
