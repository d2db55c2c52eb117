"""Words that a person looks for."""

from __future__ import annotations

from ohdio_client.cli.bad_argument import BadArgument
from ohdio_core.sentences import sentence

_MOST = 200  # characters; the API takes no more


def words(text: str) -> str:
    """Read some words, with one blank between them.

    Raises:
        BadArgument: There are none, or too many, or they are no text.
    """
    read = " ".join(text.split())
    if not read:
        raise BadArgument(sentence("words.none", "There are no words in it."))
    if len(read) > _MOST:
        raise BadArgument(
            sentence(
                "words.too_long",
                "It is {length} characters long; write at most {most}.",
                length=len(read),
                most=_MOST,
            )
        )
    if not read.isprintable():
        raise BadArgument(sentence("words.no_text", "It has characters in it that are not text."))
    return read
