"""Feeds from a grammar: a truth that is written with the liberties of real feeds is read back, or refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from ohdio_core.errors import OhdioError
from ohdio_core.sources.rss.feed import read_feed
from tests.unit.sources.rss.documents import FEED
from tests.unit.sources.rss.liberties.encodings import ENCODINGS
from tests.unit.sources.rss.liberties.markup import MARKUP
from tests.unit.sources.rss.liberties.notations import NOTATIONS, written
from tests.unit.sources.rss.liberties.spellings import AUTHORS, DATES, FILES, LENGTHS
from tests.unit.sources.rss.liberties.truths import Feed, Tale, feeds

_MOST_LIBERTIES = 5  # with the markup of one document
_DOCS = Path(__file__).parents[4] / "docs" / "sources" / "feeds.md"


@st.composite
def cases(draw: st.DrawFn) -> tuple[Feed, list[bytes], list[str]]:
    """Draw a truth, a document of it as it arrives, and what was done."""
    feed = draw(feeds())
    notation = draw(st.sampled_from(NOTATIONS))
    items = [draw(written(tale)) for tale in feed.tales]
    text = notation(feed, items)
    done = [notation.__name__]
    if text.startswith("<"):
        liberties = draw(st.lists(st.sampled_from(MARKUP), max_size=_MOST_LIBERTIES, unique=True))
        chance = Random(draw(st.integers(0, 2**16)))
        for liberty in liberties:
            text = liberty(text, chance)
        done += [liberty.__name__ for liberty in liberties]
    encoding = draw(st.sampled_from(ENCODINGS if text.startswith("<") else ENCODINGS[:3]))
    body = encoding(text)
    done.append(encoding.__name__)
    size = draw(st.sampled_from([1, 7, 64, 1 << 16]))
    return feed, [body[start : start + size] for start in range(0, len(body), size)], done


def read(chunks: list[bytes]) -> Feed | None:
    """Return what is read of a document; None where it is refused."""
    title, tales = "", []
    try:
        for segment in read_feed(chunks, FEED):
            title = segment.channel.title or ""
            for episode in segment.episodes:
                assert episode.published is not None
                assert episode.duration is not None
                recording = episode.recording
                author = ", ".join(episode.authors)
                told = (recording.url, recording.size or 0, episode.published.replace(microsecond=0), episode.duration)
                tales.append(Tale(episode.guid, episode.title, *told, author))
    except OhdioError as error:
        note(str(error))
        return None
    return Feed(title, tuple(tales))


def check(case: tuple[Feed, list[bytes], list[str]]) -> None:
    feed, chunks, done = case
    note(", ".join(done))
    note(b"".join(chunks).decode(errors="replace"))
    found = read(chunks)
    assert found is None or found == feed


@settings(max_examples=200)
@given(cases())
def test_a_feed_is_read_as_what_it_means_or_refused(case: tuple[Feed, list[bytes], list[str]]) -> None:
    check(case)


@pytest.mark.full
@settings(max_examples=3000, suppress_health_check=[HealthCheck.too_slow])
@given(cases())
def test_thousands_of_feeds_are(case: tuple[Feed, list[bytes], list[str]]) -> None:
    check(case)


def all_liberties() -> list[Callable[..., object]]:
    kinds: list[tuple[Callable[..., object], ...]] = [NOTATIONS, DATES, LENGTHS, AUTHORS, FILES, MARKUP, ENCODINGS]
    return list(chain.from_iterable(kinds))


def test_the_docs_list_every_liberty() -> None:
    section = _DOCS.read_text(encoding="utf-8").partition("## Liberties")[2]
    listed = re.findall(r"^\| (.+?) \| (.+?) \|$", section, re.MULTILINE)[1:]
    assert listed == [tuple((liberty.__doc__ or "").rstrip(".").split(": ", 1)) for liberty in all_liberties()]


@pytest.mark.parametrize("liberty", MARKUP, ids=lambda liberty: liberty.__name__)
def test_each_liberty_changes_something(liberty: Callable[[str, Random], str]) -> None:
    assert liberty(_SAMPLE, Random(1)) != _SAMPLE


_SAMPLE = (
    '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" '
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel><title>x</title>'
    "<item><title>L’été &amp; vous – ça</title><guid>1</guid><description>x</description>"
    '<enclosure url="https://audio.example/1.mp3" length="9" type="audio/mpeg"/></item>'
    "<item><title>y</title></item></channel></rss>"
)
