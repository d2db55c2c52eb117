"""A file of links that a person names: a list, or what a podcast app exports (OPML)."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from ohdio_client.errors import BadInput

_STANDARD_INPUT = "-"
_MOST_BYTES = 900_000  # the API takes requests of a megabyte
_DECLARED = re.compile(rb"""\A\s*<\?xml[^>]*?encoding=["']([A-Za-z0-9._-]+)["']""")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def read_link_file(name: str) -> str:
    """Read a file's text; ``-`` is standard input.

    Raises:
        BadInput: It cannot be read, is empty, or is no text.
    """
    shown = "What was given as input" if name == _STANDARD_INPUT else name
    try:
        if name == _STANDARD_INPUT:
            data = sys.stdin.buffer.read(_MOST_BYTES + 1)
        else:
            with Path(name).open("rb") as file:
                data = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise BadInput(f"{shown} cannot be read: {error.strerror}.") from None
    if len(data) > _MOST_BYTES:
        raise BadInput(f"{shown} is larger than {_MOST_BYTES // 1000} kB; split it.")
    if not data.strip():
        raise BadInput(f"{shown} is empty. Write a link on each line.")
    return _decoded(shown, data)


def _decoded(shown: str, data: bytes) -> str:
    declared = _DECLARED.match(data)
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    encoding = encoding or (declared[1].decode() if declared else "utf-8")
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        raise BadInput(f"{shown} is no text in the encoding {encoding}; save it as UTF-8.") from None
