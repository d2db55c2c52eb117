"""Questions to the simulated OHdio, and how it may have changed."""

from __future__ import annotations

from dataclasses import replace

from ohdio_core.domain.audiobook import BookDetails, BookRef, ListingPage, TargetKind
from ohdio_core.sources.http import SiteClient
from ohdio_core.sources.ohdio import OhdioSource
from tests.sites import hosts, ohdio
from tests.sites.catalogue import (
    Drift,
    ProgrammeKind,
    SimBook,
    SimProgramme,
    invent_programme,
)
from tests.sites.client import SimOrigin

SOURCE = OhdioSource()
NO_API = (Drift.TEXTS_REFUSED, Drift.HASHES_FORGOTTEN)
DRIFTS = [
    (),
    (Drift.TEXTS_REFUSED,),
    (Drift.HASHES_FORGOTTEN,),
    NO_API,
    (Drift.FIELDS_GONE,),
    (Drift.FIELDS_RENAMED,),
    (Drift.FIELDS_NULL,),
]


def named(drifts: tuple[Drift, ...]) -> str:
    return "+".join(drifts) or "as-it-was"


def link_to(path: str) -> str:
    return f"https://{hosts.PAGES}{ohdio.ROOT}{path}"


def walk(path: str, http: SiteClient, cursor: str | None = None) -> list[ListingPage]:
    target = SOURCE.match(link_to(path))
    assert target is not None
    assert target.kind is TargetKind.CATEGORY
    return list(SOURCE.discover(target, http, cursor))


def pasted(path: str) -> BookRef:
    target = SOURCE.match(link_to(path))
    assert target is not None
    assert target.kind is TargetKind.AUDIOBOOK
    return BookRef(SOURCE.name, target.url, target.external_id)


def media_ids(details: BookDetails | None) -> list[str]:
    return [part.external_id for part in details.parts] if details else []


def offer_programme(
    site: SimOrigin, kind: ProgrammeKind, *drifts: Drift, parts: int = 1
) -> tuple[SimProgramme, list[SimBook]]:
    catalogue = invent_programme(5, kind=kind, parts=parts)
    site.offer(replace(catalogue, drifts=drifts))
    return catalogue.programmes[0], list(catalogue.books)
