"""The report on how sites have drifted, against the simulated sites."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from ohdio.drift import KnownItem, drift_report
from ohdio_core.sources.archive import ArchiveSource
from ohdio_core.sources.http import ClientSettings, HttpClientFactory, parse_overrides
from ohdio_core.sources.librivox import LibrivoxSource
from ohdio_core.sources.ohdio import OhdioSource
from ohdio_core.sources.protocol import Diagnosable, Source
from ohdio_core.sources.registry import SOURCES
from tests.fixtures.command import Command
from tests.sites import archive, hosts, librivox
from tests.sites.catalogue import Catalogue, Drift, ProgrammeKind, SimCategory, SimProgramme, invent_book
from tests.sites.client import SimOrigin
from tests.sites.faults import Fault

#: What OHdio's known items are, invented anew; the other sites' are named after the simulated book.
BOOK, EPISODE = invent_book(42_418, parts=2, seconds=2), invent_book(1_020_434, seconds=2)
SITES = Catalogue(
    books=(BOOK, EPISODE),
    categories=(SimCategory(1_003_592, "Jeunesse", (BOOK.id,)),),
    programmes=(
        SimProgramme(9887, "La journée", (EPISODE.id,)),
        SimProgramme(1124, "Le matin", (EPISODE.id,), ProgrammeKind.RADIO),
    ),
)


@pytest.fixture
def http(origin: SimOrigin) -> Iterator[HttpClientFactory]:
    factory = HttpClientFactory(ClientSettings(host_overrides=parse_overrides(origin.overrides())))
    yield factory
    factory.close()


def sources() -> list[Source]:
    library = LibrivoxSource()
    library.known_items = (f"{librivox.ROOT}/{librivox.slug(BOOK)}/",)
    items = ArchiveSource()
    items.known_items = (f"https://{hosts.ARCHIVE}/details/{archive.item_of(BOOK)}",)
    return [OhdioSource(), library, items]


def ways(items: list[KnownItem], source: str) -> set[str]:
    return {
        outcome.name
        for item in items
        if item.source == source
        for outcome in item.outcomes
        if outcome.completeness is not None
    }


def test_every_site_as_it_is_known_is_readable(origin: SimOrigin, http: HttpClientFactory) -> None:
    origin.offer(SITES)
    items = list(drift_report(sources(), http))
    assert {item.source for item in items} == {"ohdio", "librivox", "archive"}
    assert [item for item in items if not item.is_readable] == []


def test_a_site_that_has_drifted_is_read_in_the_ways_that_are_left(origin: SimOrigin, http: HttpClientFactory) -> None:
    origin.offer(SITES)
    before = ways(list(drift_report(sources(), http)), "ohdio")
    origin.offer(replace(SITES, drifts=(Drift.TEXTS_REFUSED,)))
    items = list(drift_report(sources(), http))
    # The search is known by its text only.
    assert before - ways(items, "ohdio") == {"graphql text", "search"}
    assert [item.lost for item in items if not item.is_readable] == [
        ("the search for https://ici.radio-canada.ca/ohdio/livres-audio/42418",)
    ]
    refused = [outcome for outcome in items[0].outcomes if outcome.name == "graphql text"]
    assert [bool(outcome.error) for outcome in refused] == [True]


def test_media_that_no_technique_leads_to_are_told(origin: SimOrigin, http: HttpClientFactory) -> None:
    origin.offer(SITES)
    origin.fail(None, Fault.media_error(9))
    [first, *_] = drift_report([OhdioSource()], http)
    assert first.lost == ("the media of audiobook 42418",)
    refused = {outcome.name for outcome in first.outcomes if outcome.error is not None}
    assert refused == {"media progressive", "media hls"}


def test_one_field_that_is_gone_is_a_way_that_tells_less(origin: SimOrigin, http: HttpClientFactory) -> None:
    origin.offer(replace(SITES, lost_fields=("header.picture", "meta.image")))
    [first, *_] = drift_report([OhdioSource()], http)
    told = {outcome.name: outcome.completeness for outcome in first.outcomes}
    assert 0 < (told["graphql text"] or 0) < 1
    assert told["graphql hash"] == 1


def test_a_site_without_anything_that_is_known_is_told_with_reasons(origin: SimOrigin, http: HttpClientFactory) -> None:
    origin.offer(Catalogue())
    for item in drift_report(sources(), http):
        assert not item.is_readable
        assert item.error or all(outcome.error for outcome in item.outcomes)


def test_nobody_who_can_be_reached_is_one_line(ohdio: Command, origin: SimOrigin) -> None:
    # Nobody listens at port 1.
    nowhere = re.sub(r"http://[^,]*", "http://127.0.0.1:1", origin.overrides())
    done = ohdio.run("doctor", "--sources", OHDIO_HOST_OVERRIDES=nowhere)
    assert done.returncode == 1
    (line,) = done.stdout.splitlines()
    assert line.startswith("PROBLEM offline: none of the sites can be reached. ")


@pytest.mark.parametrize("source", [each for each in SOURCES if isinstance(each, Diagnosable)])
def test_known_items_are_links_of_their_source(source: Diagnosable) -> None:
    assert isinstance(source, Diagnosable)
    assert source.known_items
    assert all(source.match(url) is not None for url in source.known_items)  # type: ignore[attr-defined] # it is a Source as well


class TestCommand:
    def test_says_for_each_source_what_works_and_ends_with_one_where_nothing_does(
        self, origin: SimOrigin, ohdio: Command
    ) -> None:
        origin.offer(SITES)
        done = ohdio.run("doctor", "--sources")
        assert done.returncode == 1
        lines = done.stdout.splitlines()
        assert f"ok      ohdio: {OhdioSource.known_items[0]}" in lines
        assert "          graphql text: works" in lines
        # The simulated LibriVox has no such book.
        assert f"PROBLEM librivox: {LibrivoxSource.known_items[0]}" in lines

    def test_tells_programs_the_same(self, origin: SimOrigin, ohdio: Command) -> None:
        origin.offer(SITES)
        readable = {item["url"]: item["is_readable"] for item in ohdio.json("doctor", "--sources")["items"]}
        assert all(readable[url] for url in OhdioSource.known_items)
        assert not readable[LibrivoxSource.known_items[0]]
