"""Words of which there is nothing, for commands that list what has some words."""

from __future__ import annotations

import shlex
from importlib.metadata import entry_points

from ohdio_client.cli.help import GROUP
from ohdio_core.sentences import Sentence, sentence, together


def no_book_has(asked: str) -> Sentence:
    """Return that no book of the library has these words, and which command may be meant by them."""
    said = sentence("library.none_such", "No book in the library has these words: {words}.", words=asked)
    return _with_command(said, asked)


def none_missing_has(asked: str) -> Sentence:
    """Return the same of the books that are missing."""
    said = sentence("library.none_such_missing", "No book that is missing has these words: {words}.", words=asked)
    return _with_command(said, asked)


def none_faulty_has(asked: str) -> Sentence:
    """Return the same of the books that are lost or damaged."""
    said = sentence("verify.none_such", "No book that is lost or damaged has these words: {words}.", words=asked)
    return _with_command(said, asked)


def none_converted_has(asked: str) -> Sentence:
    """Return the same of the books that are to be converted."""
    said = sentence("convert.none_such", "No book that is to be converted has these words: {words}.", words=asked)
    return _with_command(said, asked)


def none_in_trash_has(asked: str) -> Sentence:
    """Return the same of the books in the trash."""
    said = sentence("trash.none_such", "Nothing in the trash has these words: {words}.", words=asked)
    return _with_command(said, asked)


def _with_command(said: Sentence, asked: str) -> Sentence:
    first, *others = asked.split()
    if first not in entry_points(group=GROUP).names:
        return said
    command = shlex.join(["ohdio", first, *others])
    return together(said, sentence("library.perhaps_command", "Perhaps `{command}`?", command=command))
