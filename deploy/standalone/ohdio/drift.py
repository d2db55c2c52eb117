"""How far sites have drifted from what this version knows of them: one known item of each kind, read in every way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ohdio_core.errors import OhdioError, Unreachable
from ohdio_core.sources.http import HttpClientFactory
from ohdio_core.sources.protocol import Diagnosable, Source
from ohdio_core.sources.strategies import StrategyOutcome


@dataclass(frozen=True, slots=True)
class KnownItem:
    """What became of reading one item in every way that there is."""

    source: str
    url: str
    outcomes: tuple[StrategyOutcome, ...]  #: of each way by itself, in order of preference
    error: str | None = None  #: why no way could even be tried
    lost: tuple[str, ...] = ()  #: what of it no way leads to: "the media of audiobook 42418"

    @property
    def is_readable(self) -> bool:
        """Return whether a way to all of it still works."""
        return bool(self.outcomes) and not self.lost


def offline_reason(sources: Iterable[Source], http: HttpClientFactory) -> str | None:
    """Return why none of the sites that can be diagnosed can be reached; None as soon as one answers in any way."""
    reason = None
    for source in sources:
        if isinstance(source, Diagnosable):
            url = source.known_items[0]
            try:
                http.site(source.site_key(url)).get(url)
            except Unreachable as error:
                reason = str(error)
            except OhdioError:
                return None
            else:
                return None
    return reason


def drift_report(sources: Iterable[Source], http: HttpClientFactory) -> Iterator[KnownItem]:
    """Read the known items of every source that can be diagnosed; a handful of requests each, one after the other."""
    for source in sources:
        if isinstance(source, Diagnosable):
            for url in source.known_items:
                yield _tried(source, url, http)


def _tried(source: Source, url: str, http: HttpClientFactory) -> KnownItem:
    assert isinstance(source, Diagnosable)
    target = source.match(url)
    if target is None:
        return KnownItem(source.name, url, (), "This version does not recognise the link any more.")
    client = http.site(source.site_key(target.url))
    outcomes: list[StrategyOutcome] = []
    lost: list[str] = []
    error: str | None = None
    try:
        for choice in source.choices(target, client):
            found = list(choice.outcomes())
            outcomes.extend(found)
            if all(outcome.completeness is None for outcome in found):
                lost.append(str(choice.what))
    except OhdioError as failure:
        error = str(failure)
    return KnownItem(source.name, url, tuple(outcomes), error, tuple(lost))
