"""OHdio's addresses: what each leads to, and its one form.

Shapes seen in public clients (2025-2026), all under ``https://ici.radio-canada.ca/ohdio``, any of them
also behind ``/recherche/produits``::

    /categories/{id}/{slug}                                     a category of audiobooks
    /livres-audio/{id}/{slug}[/{mediaId}-{n}]                   an audiobook, or one of its parts
    /balados/{id}/{slug}[/{episode}/{slug}]                     a podcast, or one of its episodes
    /premiere/grandes-series/{id}/{slug}[/{episode}/{slug}]     a series, or one of its episodes
    /premiere/emissions/{id}/{slug}                             a radio programme (also /musique/…)
    /premiere/emissions/{slug}/episodes/{episode}/{slug}        one of its episodes (no id of the programme)
    /premiere/emissions/{slug}/segments/{…}/{clip}/{slug}       a segment of an episode
    …/listes-d-ecoute/…/{id}/{slug}                             a listening list

Slugs follow titles, so they are no part of what a link is. Where one stands between ids, the canonical
URL has a word in its place; a category or a list keeps its own, as its page is read by its path.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from ohdio_core.domain.audiobook import Target, TargetKind
from ohdio_core.sources.canonical import canonical_url, refuse_reason

NAME = "ohdio"
SITE_NAME = "OHdio"  #: as people call it
_SITE = "https://ici.radio-canada.ca"
ROOT = f"{_SITE}/ohdio"


class Thing(StrEnum):
    """What a link leads to; the site counts each kind by itself."""

    AUDIOBOOK = "livre"
    CATEGORY = "categorie"
    PODCAST = "balado"
    SERIES = "serie"
    PROGRAMME = "emission"
    LIST = "liste"
    EPISODE = "episode"
    CLIP = "segment"


#: Those that the site knows as programmes, under ids of one count.
PROGRAMMES = frozenset({Thing.PODCAST, Thing.SERIES, Thing.PROGRAMME})


@dataclass(frozen=True, slots=True)
class Link:
    """A link that was understood."""

    thing: Thing
    id: str  #: the site's, unique among things of its kind
    url: str  #: canonical

    @property
    def target(self) -> Target:
        """Return the link as a target of this source."""
        kind = TargetKind.AUDIOBOOK if self.thing in _SINGLE else TargetKind.CATEGORY
        return Target(kind, NAME, self.url, external_id(self.thing, self.id))


_SINGLE = frozenset({Thing.AUDIOBOOK, Thing.EPISODE, Thing.CLIP})

_HOST = re.compile(r"(?:(?:www|m)\.)?(?:ici\.)?radio-canada\.ca")
_PREFIX = re.compile(r"/ohdio(?:/recherche/produits)?(?=/)")
# Ids are far shorter; the bound keeps nonsense out of the database.
_ID = r"0*(?P<id>[1-9]\d{0,17})"
_OWNER = r"0*(?P<owner>[1-9]\d{0,17})"
_END = r"(?:/[^/]*)?/?"
_SHAPES: tuple[tuple[Thing, re.Pattern[str], str], ...] = tuple(
    (thing, re.compile(pattern, re.ASCII), form)
    for thing, pattern, form in (
        (Thing.AUDIOBOOK, rf"/livres-audio/{_ID}(?:/.*)?", "/livres-audio/{id}"),
        (Thing.CATEGORY, rf"/categories/{_ID}(?P<slug>/[^/]+)?/?", "/categories/{id}{slug}"),
        (Thing.EPISODE, rf"/balados/{_OWNER}/[^/]*/{_ID}{_END}", "/balados/{owner}/balado/{id}/episode"),
        (
            Thing.EPISODE,
            rf"/premiere/grandes-series/{_OWNER}/[^/]*/{_ID}{_END}",
            "/premiere/grandes-series/{owner}/serie/{id}/episode",
        ),
        (
            Thing.EPISODE,
            rf"/(?P<station>premiere|musique)/emissions/[^/]+/episodes/{_ID}{_END}",
            "/{station}/emissions/emission/episodes/{id}/episode",
        ),
        (
            Thing.CLIP,
            rf"/(?P<station>premiere|musique)/emissions/[^/]+/segments/[^/]+/{_ID}{_END}",
            "/{station}/emissions/emission/segments/rattrapage/{id}/segment",
        ),
        (Thing.PODCAST, rf"/balados/{_ID}{_END}", "/balados/{id}"),
        (Thing.SERIES, rf"/premiere/grandes-series/{_ID}{_END}", "/premiere/grandes-series/{id}"),
        (
            Thing.PROGRAMME,
            rf"/(?P<station>premiere|musique)/emissions/{_ID}{_END}",
            "/{station}/emissions/{id}",
        ),
        (
            Thing.LIST,
            rf"(?P<before>(?:/[^/]+){{0,3}}/listes?-d-?ecoute(?:/[^/]+){{0,2}}?)/{_ID}(?P<slug>/[^/]+)?/?",
            "{before}/{id}{slug}",
        ),
    )
)
_PART = re.compile(r"/livres-audio/\d+/[^/]*/(\d{1,18})-\d+/?", re.ASCII)


def read(url: str) -> Link | None:
    """Return what a link leads to; None when it is not a link of OHdio that we know. Never raises."""
    if refuse_reason(url) is not None:
        return None
    parts = urlsplit(canonical_url(url))
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(parts.hostname or "") or parts.port is not None:
        return None
    return read_path(parts.path) if parts.path.startswith("/ohdio/") else None


def read_path(path: str) -> Link | None:
    """Return what a path of the site leads to: from ``/ohdio`` on, or after it, as the site's answers write paths."""
    bare = _PREFIX.sub("", path, count=1) if path.startswith("/ohdio/") else path
    for thing, pattern, form in _SHAPES:
        if (found := pattern.fullmatch(bare)) is not None:
            values = {name: value or "" for name, value in found.groupdict().items()}
            return Link(thing, values["id"], ROOT + form.format(**values))
    return None


def read_reference(reference: str) -> Link | None:
    """Return what a reference in the site's own answers leads to: a path, or a complete address."""
    # Those of the site itself are the rule, and twice as fast to read; an answer may have thousands.
    path = reference.removeprefix(_SITE) if reference.startswith(ROOT + "/") else reference
    if path.startswith("/"):
        return read_path(path.partition("?")[0].partition("#")[0])
    return read(reference) if reference else None


def match(url: str) -> Target | None:
    """Return the target of a link; None when it is not a link of OHdio that we know."""
    link = read(url)
    return None if link is None else link.target


def external_id(thing: Thing, site_id: str) -> str:
    """Return an id that is unique within the site: of an audiobook its id alone, as folders are marked with it."""
    return site_id if thing is Thing.AUDIOBOOK else f"{thing.value}-{site_id}"


def book_url(book_id: str) -> str:
    """Return a book's canonical URL: without the slug, which changes with the title."""
    return f"{ROOT}/livres-audio/{book_id}"


def media_id_of_part(path: str) -> str | None:
    """Return the id of the medium that the address of a book's part ends with."""
    found = _PART.search(path)
    return found[1] if found else None
