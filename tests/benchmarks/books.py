"""The work that everybody is given: a feed of books of one megabyte, on a local nginx."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tests.fixtures.nginx import Nginx
from tests.sites.audio import AudioFactory

HOST = "books.example"
SIZE_SECONDS = 131.0  # about one megabyte

_ITEM = """<item><title>Livre {n:03}</title><guid>livre-{n}</guid><itunes:author>Autrice {n}</itunes:author>
<itunes:duration>{seconds}</itunes:duration>
<enclosure url="http://{host}/{n:03}.mp3" length="{size}" type="audio/mpeg"/></item>"""
_FEED = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel>
<title>Banc d'essai</title><language>fr</language>{items}</channel></rss>"""


def offer(nginx: Nginx, recordings: Path, count: int) -> list[str]:
    """Put ``count`` books and their feed (``feed.xml``) on nginx; return the books' URLs."""
    audio = AudioFactory(recordings)
    return offer_files(nginx, ((audio.mp3(f"bench {number}", SIZE_SECONDS), SIZE_SECONDS) for number in range(count)))


def offer_files(nginx: Nginx, files: Iterable[tuple[bytes, float]]) -> list[str]:
    """Put books, each an MP3 with its seconds, and their feed on nginx; return the books' URLs."""
    items = []
    urls = []
    for number, (data, seconds) in enumerate(files):
        urls.append(nginx.put(f"{number:03}.mp3", data))
        items.append(_ITEM.format(n=number, seconds=int(seconds), host=HOST, size=len(data)))
    nginx.put("feed.xml", _FEED.format(items="".join(items)).encode())
    return urls
