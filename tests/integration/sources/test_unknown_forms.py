"""Answers of sites in forms that are not known, which are not "nothing found"."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from ohdio_core.errors import AnswersDifferently, PermanentError
from ohdio_core.sources.archive import ArchiveSource
from ohdio_core.sources.http import ClientSettings, HttpClientFactory, SiteClient
from tests.integration.sources.origin import Origin

SOURCE = ArchiveSource()
COLLECTION = SOURCE.match("https://archive.org/details/librivoxaudio")


@pytest.fixture
def http(origin: Origin) -> Iterator[SiteClient]:
    factory = HttpClientFactory(ClientSettings(host_overrides={"archive.org": origin.url}))
    yield factory.site("archive")
    factory.close()


class TestACollectionOfArchive:
    @pytest.mark.parametrize("counted", [{"total": 40}, {"count": 40}])
    def test_that_counts_items_and_shows_none_is_not_empty(
        self, origin: Origin, http: SiteClient, counted: dict[str, int]
    ) -> None:
        assert COLLECTION is not None
        origin.answer("/services/search/v1/scrape", json.dumps({"items": [], **counted}).encode())
        origin.answer("/advancedsearch.php", b'{"response": {"numFound": 40, "docs": []}}')
        with pytest.raises(AnswersDifferently, match="counts 40 items and shows none"):
            list(SOURCE.discover(COLLECTION, http))

    def test_of_nothing_is_empty(self, origin: Origin, http: SiteClient) -> None:
        assert COLLECTION is not None
        origin.answer("/services/search/v1/scrape", b'{"items": [], "count": 0, "total": 0}')
        origin.answer("/advancedsearch.php", b'{"response": {"numFound": 0, "docs": []}}')
        with pytest.raises(PermanentError, match="lists no recording"):
            list(SOURCE.discover(COLLECTION, http))
