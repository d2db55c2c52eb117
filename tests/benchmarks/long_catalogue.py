"""``python -m tests.benchmarks.long_catalogue COUNT``: a local site of very many books, which answers at once.

``listed``: a feed whose items carry everything. ``asked``: a category of OHdio that names its books, 100 a page, each
of which is then asked for. Prints its port; ends with the process that holds the other end of standard input.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from urllib.parse import parse_qs

from tests.sites import hosts, ohdio
from tests.sites.catalogue import SimCategory, invent_book
from tests.sites.connection import Connection, PeerClosed, Request

LISTED = f"https://{hosts.FEEDS}/everything.xml"
ASKED = f"https://{hosts.PAGES}/ohdio/categories/8000/tous-les-livres"

_PAGE = 100
_FIRST = 100_000
_ITEM = """<item><title>Livre {n}</title><guid>livre-{n}</guid><pubDate>Mon, 06 Jan 2025 10:00:00 GMT</pubDate>
<itunes:author>Autrice {author}</itunes:author><itunes:duration>{seconds}</itunes:duration>
<description>Livre inventé numéro {n}, que personne n'a lu. Il a une description de longueur ordinaire.</description>
<enclosure url="https://{host}/{n}.mp3" length="{size}" type="audio/mpeg"/></item>
"""
_FEED = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel>
<title>Tous les livres</title><language>fr</language>
"""


@contextmanager
def offered(count: int) -> Iterator[dict[str, str]]:
    """Offer so many books while the block runs; give the environment that leads services to them."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.long_catalogue", str(count)],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        origin = f"http://127.0.0.1:{int(process.stdout.readline())}"
        yield {"OHDIO_HOST_OVERRIDES": ",".join(f"{host}={origin}" for host in hosts.ALL)}


class LongCatalogue:
    """The answers."""

    def __init__(self, count: int) -> None:
        self.count = count

    def answer(self, request: Request) -> tuple[str, bytes]:
        """Return the content type and the body."""
        if request.host == hosts.FEEDS:
            return "application/rss+xml", self.feed
        if request.host == hosts.PAGES:
            return "text/html; charset=utf-8", self._listing(int(parse_qs(request.query).get("page", ["1"])[0]))
        asked = str(json.loads(request.body)["variables"]["params"]["id"])
        return "application/json", ohdio.book_answer(invent_book(int(asked), parts=4), asked, typename="__typename")

    @cached_property
    def feed(self) -> bytes:
        """Everything in one document, about 400 bytes a book."""
        items = (
            _ITEM.format(n=n, author=n % 700, seconds=600 + n % 3000, size=9_000_000 + n, host=hosts.ENCLOSURES)
            for n in range(self.count)
        )
        return (_FEED + "".join(items) + "</channel></rss>").encode()

    def _listing(self, page: int) -> bytes:
        category = SimCategory(8000, "Tous les livres", (), page_size=_PAGE)
        first = (page - 1) * _PAGE
        shown = [invent_book(_FIRST + n) for n in range(first, min(first + _PAGE, self.count))]
        # What the pages before it, and one after it, are filled with makes no difference.
        rest = shown[:1] * max(0, min(1, self.count - first - _PAGE))
        return ohdio.category_page(category, shown[:1] * first + shown + rest, page) or b""


async def _serve(catalogue: LongCatalogue, listener: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    listener.setblocking(False)
    talks = set()
    while True:
        sock, _ = await loop.sock_accept(listener)
        talk = asyncio.create_task(_talk(catalogue, Connection(sock)))
        talks.add(talk)
        talk.add_done_callback(talks.discard)


async def _talk(catalogue: LongCatalogue, connection: Connection) -> None:
    with contextlib.closing(connection), contextlib.suppress(PeerClosed):
        while True:
            kind, body = catalogue.answer(await connection.read_request())
            head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
            await connection.send(head.encode())
            await connection.send(body)


async def _until_stdin_ends(listener: socket.socket, catalogue: LongCatalogue) -> None:
    serving = asyncio.ensure_future(_serve(catalogue, listener))
    asyncio.get_running_loop().add_reader(sys.stdin, serving.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await serving


def main() -> None:
    """Serve."""
    catalogue = LongCatalogue(int(sys.argv[1]))
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        print(listener.getsockname()[1], flush=True)
        asyncio.run(_until_stdin_ends(listener, catalogue))


if __name__ == "__main__":
    main()
