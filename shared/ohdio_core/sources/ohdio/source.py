"""OHdio, Radio-Canada's audio service: audiobooks of several parts, programmes of episodes, lists of either."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from ohdio_core.domain.audiobook import BookDetails, BookRef, ListingPage, Media, Part, SearchHit, Target
from ohdio_core.errors import PermanentError
from ohdio_core.sentences import sentence
from ohdio_core.sources.http import SiteClient
from ohdio_core.sources.missing_page import to_the_last_page
from ohdio_core.sources.ohdio import links
from ohdio_core.sources.ohdio.category import category_choice
from ohdio_core.sources.ohdio.describe import book_choice, describe_book, describe_recording, recording_choice
from ohdio_core.sources.ohdio.links import PROGRAMMES, Link, Thing
from ohdio_core.sources.ohdio.programme_choice import programme_choice
from ohdio_core.sources.ohdio.resolve import media_choice, resolve_media
from ohdio_core.sources.ohdio.search import search, search_choice
from ohdio_core.sources.ohdio.walk import page_at, things_of, walk_category, walk_programme
from ohdio_core.sources.strategies import StrategyChoice, once


class OhdioSource:
    """Implements ``Source``, ``Searchable`` and ``Diagnosable`` for ici.radio-canada.ca/ohdio."""

    name = links.NAME
    label = sentence(
        "ohdio.label", "OHdio audiobooks, categories, balados, séries and émissions (ici.radio-canada.ca/ohdio)"
    )
    measures_durations = True
    is_feed = False
    knows_kind_from_link = True
    examples: tuple[str, ...] = (
        "https://ici.radio-canada.ca/ohdio/categories/1003592/jeunesse",
        "https://ici.radio-canada.ca/ohdio/livres-audio/105729/augustine",
        "https://ici.radio-canada.ca/ohdio/balados/9887/la-journee-est-encore-jeune",
        "https://ici.radio-canada.ca/ohdio/premiere/emissions/1124/tout-un-matin",
    )
    known_items: tuple[str, ...] = (
        "https://ici.radio-canada.ca/ohdio/livres-audio/42418/du-bon-usage-des-etoiles",
        "https://ici.radio-canada.ca/ohdio/categories/1003592/jeunesse",
        "https://ici.radio-canada.ca/ohdio/balados/9887/la-journee-est-encore-jeune",
        "https://ici.radio-canada.ca/ohdio/premiere/emissions/tout-un-matin/episodes/1020434/lundi-13-avril-2026",
    )

    def match(self, url: str) -> Target | None:
        """Recognise audiobooks and their parts, categories, programmes, episodes, segments and lists."""
        return links.match(url)

    def site_key(self, target_url: str) -> str:  # noqa: ARG002 - one site, whatever the link
        """Return the source's name: all hosts of the site are paced as one."""
        return self.name

    @staticmethod
    def former_id(ref: BookRef) -> str | None:  # noqa: ARG004 - the site's own ids never changed
        """Return None: ids were always the site's own."""
        return None

    def discover(self, target: Target, http: SiteClient, cursor: str | None = None) -> Iterator[ListingPage]:
        """Read a listing to its last page: the HTML of categories and lists, the API's answers of programmes."""
        link = _link(target.url)
        walk = walk_programme if link.thing in PROGRAMMES else walk_category
        yield from to_the_last_page(walk(link, http, cursor), cursor, partial(page_at, link))

    def describe(self, ref: BookRef, http: SiteClient) -> BookDetails:
        """Return the description from the site's API in each known form, then from the page (``describe.py``)."""
        link = _link(ref.url)
        if link.thing is Thing.AUDIOBOOK:
            return describe_book(link, http)
        return describe_recording(link, ref, http)

    def resolve(self, ref: BookRef, part: Part, http: SiteClient) -> Media:  # noqa: ARG002 - a part's id is enough
        """Return the address of one file, else of a playlist."""
        return resolve_media(part.external_id, http)

    def search(self, text: str, http: SiteClient, limit: int) -> list[SearchHit]:
        """Search the site's catalogue."""
        return search(text, http, limit)

    def choices(self, target: Target, http: SiteClient) -> Iterator[StrategyChoice[Any]]:
        """Yield the strategies for reading the target, the media of a recording, and the search for an audiobook."""
        link = _link(target.url)
        if link.thing is Thing.AUDIOBOOK:
            book = book_choice(link, http)
            described = once(book.best)
            yield book
            yield media_choice(book.what, lambda: described().parts[0].external_id, http)
            yield search_choice(link, lambda: described().title, http)
        elif link.thing in PROGRAMMES:
            yield programme_choice(link, http, 1)
        elif link.thing in (Thing.EPISODE, Thing.CLIP):
            recording = recording_choice(link, http)
            described = once(recording.best)
            yield recording
            yield media_choice(recording.what, lambda: described().parts[0].external_id, http)
        else:
            response = http.get(link.url)
            yield category_choice(response.body, response.url, things_of(link))


def _link(url: str) -> Link:
    link = links.read(url)
    if link is None:
        raise PermanentError(
            sentence(
                "ohdio.unknown_address", "{link} is not an address of OHdio's that this version can read.", link=url
            )
        )
    return link
