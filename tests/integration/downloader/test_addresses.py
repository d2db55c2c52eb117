"""An address that died before its turn is asked for anew from its listing."""

from __future__ import annotations

from pathlib import Path

import pytest

from ohdio_core.errors import NotFound, OhdioError, TransientError
from ohdio_core.sources.http import HttpClientFactory
from ohdio_core.sources.rss import links
from ohdio_downloader.fetch.refusal import AccessRefused, NoAudio
from tests.fixtures.engine import Engine
from tests.integration.downloader.downloads import Downloads
from tests.integration.downloader.faulty_origin import FaultyOrigin, Serving
from tests.sites.audio import AudioFactory

DEAD, FRESH, FEED = "/signed-yesterday.mp3", "/signed-today.mp3", "/tales/feed.xml"
GUID = "tale-1"
EXPIRED = [
    Serving(status=401),
    Serving(status=403),
    Serving(status=404),
    Serving(status=410),
    Serving(b"<html><p>This link has expired.</p></html>", content_type="text/html"),
]


class Listed:
    """A book of a feed, whose address has died since the feed was read."""

    def __init__(
        self, engine: Engine, http: HttpClientFactory, faulty: FaultyOrigin, audio: AudioFactory, root: Path
    ) -> None:
        self.origin = faulty
        self.sound = Serving(audio.mp3("tale", 3))
        self.downloads = Downloads(engine, http, root, faulty.serve(DEAD, EXPIRED[0]))
        key = links.item_key(GUID)
        engine.execute("UPDATE audiobooks SET url = :url", url=links.item_url(faulty.url + FEED, key))
        engine.execute("UPDATE book_parts SET external_id = :key", key=key)
        faulty.serve(FRESH, self.sound)

    def dies(self, answer: Serving) -> None:
        self.origin.serve(DEAD, answer)

    def lists(self, path: str, guid: str = GUID) -> None:
        """Make the feed name this file from now on."""
        feed = (
            "<rss version='2.0'><channel><title>Tales</title>"
            f"<item><title>Tale</title><guid isPermaLink='false'>{guid}</guid>"
            f"<enclosure url='{self.origin.url}{path}' length='9' type='audio/mpeg'/></item></channel></rss>"
        )
        self.origin.serve(FEED, Serving(feed.encode(), content_type="application/rss+xml"))

    def requests(self, path: str) -> int:
        return len(self.origin.requests(path))


@pytest.fixture
def listed(
    engine: Engine, http: HttpClientFactory, faulty: FaultyOrigin, audio: AudioFactory, tmp_path: Path
) -> Listed:
    return Listed(engine, http, faulty, audio, tmp_path)


@pytest.mark.parametrize("expired", EXPIRED, ids=["401", "403", "404", "410", "a page"])
def test_the_book_is_fetched_from_where_its_listing_says_it_is_now(listed: Listed, expired: Serving) -> None:
    listed.dies(expired)
    listed.lists(FRESH)

    listed.downloads.download()

    assert len(listed.downloads.files()) == 1
    assert (listed.requests(DEAD), listed.requests(FEED), listed.requests(FRESH)) == (1, 1, 1)


@pytest.mark.parametrize(
    ("expired", "error"), [(EXPIRED[1], AccessRefused), (EXPIRED[2], NotFound), (EXPIRED[4], NoAudio)]
)
def test_a_book_that_is_listed_where_it_was_fails_for_the_reason_of_its_file(
    listed: Listed, expired: Serving, error: type[OhdioError]
) -> None:
    listed.dies(expired)
    listed.lists(DEAD)

    with pytest.raises(error):
        listed.downloads.download()

    assert (listed.requests(DEAD), listed.requests(FEED)) == (1, 1)


def test_a_book_that_is_listed_no_more_fails_for_the_reason_of_its_file(listed: Listed) -> None:
    listed.lists(FRESH, guid="another")

    with pytest.raises(AccessRefused):
        listed.downloads.download()


def test_a_book_whose_listing_cannot_be_read_now_waits_for_it(listed: Listed) -> None:
    listed.origin.serve(FEED, Serving(status=503))

    with pytest.raises(TransientError, match=r"\. Its listing cannot be asked for another address: .*503"):
        listed.downloads.download()


def test_an_address_that_dies_again_fails_the_book(listed: Listed) -> None:
    listed.lists(FRESH)
    listed.origin.serve(FRESH, EXPIRED[1])

    with pytest.raises(AccessRefused):
        listed.downloads.download()

    assert (listed.requests(DEAD), listed.requests(FRESH)) == (1, 1)
