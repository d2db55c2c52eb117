"""What was said in the parts of a book, as one transcript of the one file that was made of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ohdio_downloader.media.joined_transcript import is_timed, join_transcripts
from ohdio_downloader.media.transcript import Transcript, read_transcript
from tests.fixtures.effort import seconds_of_work

LENGTHS = [timedelta(seconds=60), timedelta(hours=1), timedelta(seconds=10)]


def read(text: str) -> Transcript:
    found = read_transcript(text.encode())
    assert found is not None
    return found


def joined(*texts: str | None) -> str:
    found = join_transcripts([None if text is None else read(text) for text in texts], LENGTHS[: len(texts)])
    assert found is not None
    return found.data.decode()


def test_each_sentence_is_at_its_time_in_the_whole_and_nothing_reaches_into_the_next_part() -> None:
    first = (
        "\ufeffWEBVTT - Partie 1\nKind: captions\n\nSTYLE\n::cue { color: lime }\n\nNOTE Relu.\n\n"
        "un\n00:01.500 --> 01:30.000 align:start\nLa mer\nmonte."
    )
    last = (
        "WEBVTT\r\n\r\n00:00:02.000 --> 00:00:04.250\r\nElle <00:00:03.000>descend.\r\n\r\n"
        "00:11.000 --> 00:12.000\r\nTrop tard."
    )
    assert joined(first, None, last) == (
        "WEBVTT\n\nSTYLE\n::cue { color: lime }\n\n00:00:01.500 --> 00:01:00.000 align:start\nLa mer\nmonte.\n\n"
        "01:01:02.000 --> 01:01:04.250\nElle <01:01:03.000>descend.\n"
    )


def test_subrip_stays_subrip_and_is_counted_anew() -> None:
    text = "7\n00:00:01,000 --> 00:00:02,5 X1:40 X2:600\nLa mer.\n\n8\n00:00:03,000 --> 00:00:04,000\n\n"
    assert joined(text, text) == (
        "1\n00:00:01,000 --> 00:00:02,500\nLa mer.\n\n2\n00:01:01,000 --> 00:01:02,500\nLa mer.\n"
    )


def test_several_kinds_become_webvtt() -> None:
    said = '{"segments": [{"startTime": 1, "endTime": 2.5, "speaker": "Ève", "body": "A < B"}, {"body": 1}]}'
    assert joined("1\n00:00:01,000 --> 00:00:02,000\nLa mer.", said) == (
        "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nLa mer.\n\n00:01:01.000 --> 00:01:02.500\n<v Ève>A &lt; B\n"
    )


@pytest.mark.parametrize("text", ["La mer monte.", '{"words": []}', "WEBVTT", '[{"startTime": 1}]'])
def test_what_has_no_times_cannot_be_joined(text: str) -> None:
    assert not is_timed(read(text))
    assert join_transcripts([read(text), None], LENGTHS[:2]) is None


@pytest.mark.fuzz
@pytest.mark.parametrize("text", ["WEBVTT" + "\n \t" * 300_000 + "x", "WEBVTT\n\n" + "<0" * 500_000])
def test_much_of_nothing_is_read_in_no_time(text: str) -> None:
    assert seconds_of_work(lambda: is_timed(read(text)), enough=1.5) < 1.5
