"""A file of links that a person names: a list, or what a podcast app exports (OPML)."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from ohdio_client.errors import BadInput
from ohdio_core.sentences import Sentence, sentence

_STANDARD_INPUT = "-"
_INPUT = sentence("link_file.input", "What was given as input")
_MOST_BYTES = 900_000  # the API takes requests of a megabyte
_DECLARED = re.compile(rb"""\A\s*<\?xml[^>]*?encoding=["']([A-Za-z0-9._-]+)["']""")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def read_link_file(name: str) -> str:
    """Read a file's text; ``-`` is standard input.

    Raises:
        BadInput: It cannot be read, is empty, or is no text.
    """
    named = _INPUT if name == _STANDARD_INPUT else name
    try:
        if name == _STANDARD_INPUT:
            data = sys.stdin.buffer.read(_MOST_BYTES + 1)
        else:
            with Path(name).open("rb") as file:
                data = file.read(_MOST_BYTES + 1)
    except OSError as error:
        from ohdio_core.reasons import reason_in_sentence

        raise BadInput(
            sentence(
                "link_file.unreadable",
                "{file} cannot be read: {reason}.",
                file=named,
                reason=reason_in_sentence(error),
            )
        ) from None
    if len(data) > _MOST_BYTES:
        raise BadInput(
            sentence(
                "link_file.too_large",
                "{file} is larger than {most} kB; split it.",
                file=named,
                most=_MOST_BYTES // 1000,
            )
        )
    if not data.strip():
        raise BadInput(sentence("link_file.empty", "{file} is empty. Write a link on each line.", file=named))
    return _decoded(named, data)


def _decoded(named: Sentence | str, data: bytes) -> str:
    declared = _DECLARED.match(data)
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    encoding = encoding or (declared[1].decode() if declared else "utf-8")
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        raise BadInput(
            sentence(
                "link_file.no_text",
                "{file} is no text in the encoding {encoding}; save it as UTF-8.",
                file=named,
                encoding=encoding,
            )
        ) from None
