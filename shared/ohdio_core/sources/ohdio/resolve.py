"""From the id of a recording to its address: each technique that there is, in order of preference."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ohdio_core.domain.audiobook import Media
from ohdio_core.errors import PermanentError, Postponed, TransientError
from ohdio_core.sentences import Sentence, sentence
from ohdio_core.sources.http import SiteClient
from ohdio_core.sources.ohdio import links
from ohdio_core.sources.ohdio.media import (
    TECHNIQUES,
    Refused,
    is_known_host,
    media_at,
    parse_validation,
    validation_url,
)
from ohdio_core.sources.strategies import Strategy, StrategyChoice


def resolve_media(media_id: str, http: SiteClient) -> Media:
    """Return one file's address, else a playlist's; only a refusal that holds for both ends the search earlier.

    Raises:
        PermanentError: The recording does not exist, or may not be played here.
        TransientError: The site failed, or asks for fewer requests.
    """
    failures: list[PermanentError | TransientError] = []
    for technique in TECHNIQUES:
        try:
            return _media(media_id, technique, http)
        except (Refused, Postponed):
            raise
        except (PermanentError, TransientError) as error:
            failures.append(error)
    # What may be there later is worth waiting for; else the first failure is what people read.
    raise next((error for error in failures if isinstance(error, TransientError)), failures[0])


def media_choice(what: Sentence | str, media_id: Callable[[], str], http: SiteClient) -> StrategyChoice[Media]:
    """Return the strategies for a recording's address, to be tried each by itself."""

    def ask(technique: str) -> Media:
        return _media(media_id(), technique, http)

    return StrategyChoice(
        sentence("ohdio.media_of", "the media of {what}", what=what),
        [Strategy(f"media {technique}", partial(ask, technique)) for technique in TECHNIQUES],
        lambda _: 1.0,
        site=links.SITE_NAME,
    )


def _media(media_id: str, technique: str, http: SiteClient) -> Media:
    url = parse_validation(http.get(validation_url(media_id, technique)).body)
    if not is_known_host(url) and not http.is_overridden(url):
        raise PermanentError(
            sentence(
                "ohdio.media_elsewhere", "OHdio's media service leads to {link}, which is not its own.", link=url[:200]
            )
        )
    return media_at(url)
