"""What a feed means, before anybody has written it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

_WORDS = st.text("abcdefghilmnoprstuvéèçœüñøßABCDEFGHILMNOPRSTUVÉÎ", min_size=1, max_size=9)
_SIGNS = st.sampled_from(["", " & ", " – ", ", ", " : ", " < ", " № ", "’"])


@dataclass(frozen=True)
class Tale:
    """An item with a recording."""

    guid: str
    title: str
    address: str
    size: int
    published: datetime
    duration: timedelta
    author: str


@dataclass(frozen=True)
class Feed:
    """A feed: items in the order in which they are listed."""

    title: str
    tales: tuple[Tale, ...]


def _titles() -> st.SearchStrategy[str]:
    return st.builds(lambda first, sign, second: f"{first}{sign}{second}".strip(), _WORDS, _SIGNS, _WORDS)


@st.composite
def feeds(draw: st.DrawFn) -> Feed:
    """Draw a feed of a few items."""
    count = draw(st.integers(1, 4))
    begin = datetime(1999, 1, 1, tzinfo=UTC) + timedelta(seconds=draw(st.integers(0, 10**9)))
    tales = tuple(
        Tale(
            guid=f"tale-{number}",
            title=draw(_titles()),
            address=f"https://audio.example/{draw(_paths())}{number}.mp3",
            size=draw(st.integers(5000, 10**9)),
            published=begin + timedelta(days=number),
            duration=timedelta(seconds=draw(st.integers(1, 20 * 3600))),
            author=f"{draw(_WORDS)} {draw(_WORDS)}".title(),
        )
        for number in range(count)
    )
    return Feed(draw(_titles()), tales)


def _paths() -> st.SearchStrategy[str]:
    return st.sampled_from(["", "a/b/", "r.php/x=1&y=2/", "%C3%A9t%C3%A9/", "deux%20mots/"])
