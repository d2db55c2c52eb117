"""Identities of the items of one document: their guids, unless these are ambiguous, else what the items state.

Some feeds are made anew at each request, with new guids and new stamps in the addresses of their files. What stays is
what an item says of itself: its title with its date and its length, or with the whole address of its file. By such
facts an item is recognised that had another guid before (``BookRef.match_keys``).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlsplit

from ohdio_core.domain.audiobook import FORMER_KEY
from ohdio_core.sources.rss import links
from ohdio_core.sources.rss.episode import UNTITLED, Episode

_SMALLEST_FILE = 4096  # bytes; below, a length is a placeholder: 0, 1, 123
_MOST_FACTS = 40_000  # of one document; what is beyond is told apart by guid alone

Fact = tuple[str, str]  #: its kind, and what it says


@dataclass(frozen=True, slots=True)
class FeedItem:
    """An episode under the name that it has in its feed."""

    key: str  #: ``links.item_key``, of its guid, or of its file
    episode: Episode
    facts: tuple[Fact, ...] = ()  #: those that no other item of the document shares, the most certain first


class Identities:
    """Names items, segment by segment. Remembers a few numbers of each, for documents of 100,000.

    A guid that stands for several files identifies none of them; feeds written by hand have such. Two items of one
    title and date, with one length or one file, are one, whatever their guids.

    Args:
        stable: Returns what of a guid or an address stays when the password of a private feed changes.
    """

    def __init__(self, stable: Callable[[str], str] = str) -> None:
        self._stable = stable
        self._files: dict[int, int] = {}
        self._shared: set[int] = set()
        self._keys: dict[int, int] = {}  #: of the first item that a fact was told of
        self._dated: set[int] = set()

    def items(self, episodes: Sequence[Episode]) -> list[FeedItem]:
        """Return the items of a segment; one that was there before has the key that it had there."""
        guids = [_number(episode.guid) for episode in episodes]
        for guid, episode in zip(guids, episodes, strict=True):
            file = _number(episode.recording.url)
            if self._files.setdefault(guid, file) != file:
                self._shared.add(guid)
        return [self._item(guid, episode) for guid, episode in zip(guids, episodes, strict=True)]

    def _item(self, guid: int, episode: Episode) -> FeedItem:
        by_guid = episode.guid and guid not in self._shared
        key = links.item_key(self._name(episode, episode.guid if by_guid else episode.recording.url))
        certain = list(_certain_facts(episode))
        numbers = [_number("\n".join(fact)) for fact in certain]
        first = next((self._keys[number] for number in numbers if number in self._keys), None)
        if first is not None:
            return FeedItem(f"{first:016x}", episode)
        if len(self._keys) < _MOST_FACTS:
            self._keys |= dict.fromkeys(numbers, int(key, 16))
        return FeedItem(key, episode, (*certain, *self._further_facts(episode)))

    def _name(self, episode: Episode, name: str) -> str:
        """Return the name of an item without secrets; with its title, where they may be all that told it apart."""
        stable = self._stable(name)
        return name if stable == name else f"{stable}\n{episode.title}"

    def _further_facts(self, episode: Episode) -> Iterator[Fact]:
        """Yield facts that several items of one day may share, unless one has done so already."""
        if (dated := _dated(episode)) is not None:
            number = _number(dated)
            if number not in self._dated:
                yield from _vague_facts(episode, dated)
            if len(self._dated) < _MOST_FACTS:
                self._dated.add(number)
        if episode.title == UNTITLED:
            return
        size = episode.recording.size or ""
        yield FORMER_KEY, f"{episode.title}\n{episode.recording.url}\n{size}"


def _certain_facts(episode: Episode) -> Iterator[Fact]:
    if episode.title == UNTITLED:
        return
    size, dated = episode.recording.size or 0, _dated(episode)
    if dated is not None and size >= _SMALLEST_FILE:
        yield "length", f"{dated}\n{size}"
    # The query belongs to it: it may be all that tells two files apart.
    yield "address", f"{dated or _folded(episode.title)}\n{episode.recording.url}"


def _vague_facts(episode: Episode, dated: str) -> Iterator[Fact]:
    if episode.duration is not None:
        yield "duration", f"{dated}\n{round(episode.duration.total_seconds())}"
    elif (episode.recording.size or 0) < _SMALLEST_FILE:
        yield "date", f"{dated}\n{_path_of(episode)}"


def _dated(episode: Episode) -> str | None:
    """Return an item's title with its date; None where it lacks one of them."""
    if episode.published is None or episode.title == UNTITLED:
        return None
    return f"{_folded(episode.title)}\n{episode.published.timestamp():.0f}"


def _path_of(episode: Episode) -> str:
    """Return the address of the file without its query, where the date is only a day, which several may have."""
    published = episode.published
    if published is None or (published.hour, published.minute, published.second) != (0, 0, 0):
        return ""
    return urlsplit(episode.recording.url)._replace(query="", fragment="").geturl()


def _folded(title: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", title).casefold().split())


def _number(text: str) -> int:
    return int.from_bytes(sha256(text.encode(errors="replace")).digest()[:8])
