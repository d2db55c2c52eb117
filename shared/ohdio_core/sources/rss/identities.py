"""What tells the items of one document apart: their guids, unless these are no good."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from ohdio_core.sources.rss import links
from ohdio_core.sources.rss.episode import Episode


class Identities:
    """Names items, stretch by stretch. Remembers 16 bytes of each, for documents of 100,000.

    A guid that stands for several files identifies none of them; feeds written by hand have such.
    """

    def __init__(self) -> None:
        self._files: dict[bytes, bytes] = {}
        self._shared: set[bytes] = set()

    def keys(self, episodes: Sequence[Episode]) -> list[str]:
        """Give the key of each item (``links.item_key``): of its guid, or of its file."""
        guids = [_digest(episode.guid) for episode in episodes]
        for guid, episode in zip(guids, episodes, strict=True):
            file = _digest(episode.recording.url)
            if self._files.setdefault(guid, file) != file:
                self._shared.add(guid)
        return [
            links.item_key(episode.guid if episode.guid and guid not in self._shared else episode.recording.url)
            for guid, episode in zip(guids, episodes, strict=True)
        ]


def _digest(text: str) -> bytes:
    return sha256(text.encode(errors="replace")).digest()[:8]
