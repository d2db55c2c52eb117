"""The links of a document: OPML, which podcast apps export, or one on each line."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

from ohdio_api.problems import Refusal
from ohdio_core.sentences import Sentence, sentence
from ohdio_core.sources.opml import NotOpml, links_of_opml

MOST_LINKS = 2000


def links_of(document: str) -> list[str]:
    """Return the different links of a document, in its order.

    Raises:
        Refusal: It holds none, or too many, or is XML that is no OPML.
    """
    text = document.lstrip("\ufeff").strip()
    links = list(dict.fromkeys(_outlines(text) if text.startswith("<") else _lines(text)))
    if not links:
        raise _refusal(
            sentence(
                "import.no_link",
                "There is no link in this file. It takes a link on each line, or a podcast app's OPML.",
            )
        )
    if len(links) > MOST_LINKS:
        raise _refusal(
            sentence(
                "import.too_many",
                "There are {count} links in this file; import at most {most} at once.",
                count=len(links),
                most=MOST_LINKS,
            )
        )
    return links


def _lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        link = line.strip()
        if link and not link.startswith("#"):
            yield link


def _outlines(text: str) -> Iterator[str]:
    try:
        yield from links_of_opml(text)
    except NotOpml as error:
        raise _refusal(
            sentence(
                "import.no_list",
                "This file is {what}, no subscription list. Export the list from the podcast app again, as OPML, or "
                "give a link on each line.",
                what=error.what,
            )
        ) from None


def _refusal(said: Sentence) -> Refusal:
    return Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, said)
