"""From a link to one book, episode or clip to its description: every way there is, in order of preference."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import structlog

from ohdio_core.domain.audiobook import BookDetails, BookRef
from ohdio_core.errors import OhdioError, PermanentError, Postponed
from ohdio_core.sentences import sentence
from ohdio_core.sources.http import SiteClient
from ohdio_core.sources.ohdio import links, queries
from ohdio_core.sources.ohdio.book import parse_book
from ohdio_core.sources.ohdio.completeness import SUFFICIENT, completeness, merged, missing, recording_completeness
from ohdio_core.sources.ohdio.linked_data import parse_linked_book
from ohdio_core.sources.ohdio.links import Link, Thing
from ohdio_core.sources.ohdio.playback import AUDIOBOOK, CLIP, EPISODE, parse_playback
from ohdio_core.sources.ohdio.programme import parse_episode_page
from ohdio_core.sources.ohdio.state import own_state
from ohdio_core.sources.series_in_title import series_in
from ohdio_core.sources.strategies import Strategy, StrategyChoice, once

log = structlog.get_logger(__name__)


def book_choice(link: Link, http: SiteClient) -> StrategyChoice[BookDetails]:
    """Return the strategies for an audiobook's description."""
    page = once(lambda: http.get(link.url))

    def from_text() -> BookDetails:
        return parse_book(queries.AUDIOBOOK.ask(http, {"id": int(link.id)}))

    def from_hash() -> BookDetails:
        parameters = {"context": "web", "id": int(link.id)}
        return parse_book(queries.AUDIOBOOK.ask_persisted(http, queries.AUDIOBOOK_HASH, parameters))

    def from_linked_data() -> BookDetails:
        return parse_linked_book(page().body, link.id)

    def from_playback() -> BookDetails:
        # A playback list names products, of which a programme's is its series; a book is its own. Its year is that
        # of the broadcast.
        return replace(parse_playback(_ask_playback(http, AUDIOBOOK, link.id)), series=None, published_year=None)

    return StrategyChoice(
        sentence("ohdio.audiobook", "audiobook {id}", id=link.id),
        (
            Strategy("graphql text", from_text),
            Strategy("graphql hash", from_hash),
            Strategy("page state", lambda: parse_book(own_state(page()))),
            Strategy("json-ld", from_linked_data),
            Strategy("playback list", from_playback),
        ),
        completeness,
        merged,
        SUFFICIENT,
        site=links.SITE_NAME,
    )


def describe_book(link: Link, http: SiteClient) -> BookDetails:
    """Describe an audiobook by the best of all strategies, and log what none of them knew."""
    details = book_choice(link, http).best()
    if absent := missing(details):
        log.warning("audiobook incomplete", link=link.url, missing=absent)
    if details.series is None and (stated := series_in(details.title)) is not None:
        # No field of OHdio's has it; titles do: "…, tome 2".
        return replace(details, series=stated[0], series_position=stated[1])
    return details


def recording_choice(link: Link, http: SiteClient) -> StrategyChoice[BookDetails]:
    """Return the strategies for the media of an episode or a clip."""
    kind = CLIP if link.thing is Thing.CLIP else EPISODE
    parameters = {"contentTypeId": kind, "id": link.id}

    def from_page() -> BookDetails:
        details = parse_episode_page(own_state(http.get(link.url)))
        if not details.parts:
            raise PermanentError(
                sentence("ohdio.page_without_recording", "The page names no recording of the episode.")
            )
        return details

    return StrategyChoice(
        sentence("ohdio.recording", "{thing} {id}", thing=link.thing, id=link.id),
        (
            Strategy("graphql text", lambda: parse_playback(queries.PLAYBACK.ask(http, parameters))),
            Strategy("graphql hash", lambda: parse_playback(_ask_playback(http, kind, link.id))),
            Strategy("page state", from_page),
        ),
        recording_completeness,
        merged,
        SUFFICIENT,
        site=links.SITE_NAME,
    )


def describe_recording(link: Link, ref: BookRef, http: SiteClient) -> BookDetails:
    """Describe an episode or a clip: its listing's description, and the media that only the player's API names."""
    if ref.complete_details is not None:
        return ref.complete_details
    played = recording_choice(link, http).best()
    about = ref.details
    if about is None and played.description is None:
        about = _optional(lambda: parse_episode_page(own_state(http.get(link.url))))
    about = about or played
    return replace(
        about,
        # Of a book that is described again, what the listing told at first is all that is left of it.
        title=ref.title or about.title,
        authors=ref.authors or about.authors,
        parts=played.parts,
        duration=about.duration or played.duration,
        series=about.series or played.series,
        cover_url=about.cover_url or played.cover_url or ref.cover_url,
        published_year=about.published_year or played.published_year,
    )


def _ask_playback(http: SiteClient, kind: int, content_id: str) -> Any:
    parameters = {"contentTypeId": kind, "id": content_id}
    return queries.PLAYBACK.ask_persisted(http, queries.PLAYBACK_HASH, parameters)


def _optional(read: Callable[[], BookDetails]) -> BookDetails | None:
    """Read what is good to have only: a recording can be kept under the player's words for it as well."""
    try:
        return read()
    except Postponed:
        raise
    except OhdioError:
        return None
