"""Reading the lines, attributes and numbers of HLS playlists (RFC 8216, sections 4.1 and 4.2).

Only what is asked for is read, so that a value that nobody needs refuses nothing, whatever it says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urljoin

from ohdio_core.errors import PermanentError
from ohdio_core.sentences import sentence
from ohdio_downloader.fetch.refusal import empty_file, host
from ohdio_downloader.fetch.variables import Variables

_LINE_END = re.compile(r"\r\n|\n|\r")
_TAG = re.compile(r"#(EXT[A-Z0-9-]*)(?:\s*:\s*(.*)|\s.*)?", re.IGNORECASE | re.DOTALL | re.ASCII)
_ATTRIBUTE = re.compile(r"(?:^|,)\s*([A-Z0-9-]+)\s*=\s*(?:\"([^\"]*)\"|([^,]*))", re.IGNORECASE | re.ASCII)
_WHOLE = re.compile(r"\d{1,18}", re.ASCII)
_SECONDS = re.compile(r"\+?(\d{1,7}(?:\.\d*)?|\.\d+)(?=[\s,;]|$)", re.ASCII)
_UNDECODED = re.compile("[\udc80-\udcff]")


_DEFINITION = "EXT-X-DEFINE"
#: Tags of which an attribute is needed that may have variables in it.
_WITH_ADDRESSES = frozenset({"EXT-X-KEY", "EXT-X-MAP", "EXT-X-MEDIA", "EXT-X-STREAM-INF"})


@dataclass(frozen=True, slots=True)
class Line:
    """A tag with its value, or an address."""

    tag: str  #: in upper case, without "#"; empty for an address
    value: str  #: what follows the colon, or the address as it is written


def read_lines(body: bytes, url: str, variables: Variables | None = None) -> list[Line]:
    """Return the tags and addresses of a playlist; comments and empty lines are left out, also before ``#EXTM3U``.

    Args:
        body: The playlist.
        url: Where it was read.
        variables: Of this playlist; it defines more.

    Raises:
        PermanentError: It is no playlist of this kind, or uses a variable that it does not define.
        TransientError: There is nothing in it, as where a site was in trouble as it answered.
    """
    if not body.strip():
        raise empty_file(url)
    variables = variables or Variables()
    text = body.decode("utf-8", errors="surrogateescape").removeprefix("\ufeff")
    lines: list[Line] = []
    is_begun = False
    for line in map(str.strip, _LINE_END.split(text)):
        match = _TAG.fullmatch(line)
        if match is not None and match[1].upper() == "EXTM3U":
            is_begun = True
        elif match is not None:
            lines.append(_tag(match[1].upper(), match[2] or "", variables, url))
        elif line and not line.startswith("#"):
            if not is_begun:
                break
            lines.append(Line("", variables.replaced(line, url)))
    if not is_begun:
        raise PermanentError(
            sentence("playlist.other", "{site} sent something other than an HLS playlist.", site=host(url))
        )
    return lines


def _tag(name: str, value: str, variables: Variables, url: str) -> Line:
    if name == _DEFINITION:
        variables.define(attributes(value), url)
    return Line(name, variables.replaced(value, url) if name in _WITH_ADDRESSES else value)


def attributes(value: str) -> dict[str, str]:
    """Return an attribute list by names in upper case, without quotes; what is none is left out."""
    return {
        match[1].upper(): (match[3] or "").strip() if match[2] is None else match[2]
        for match in _ATTRIBUTE.finditer(value)
    }


def whole_number(value: str | None) -> int | None:
    """Return the whole number that a value begins with; None where there is none."""
    match = _WHOLE.match((value or "").strip())
    return None if match is None else int(match[0])


def seconds(value: str) -> float | None:
    """Return the duration that an EXTINF begins with, 0 to 10,000,000 s; None where there is none."""
    match = _SECONDS.match(value)
    return None if match is None else float(match[1])


def is_whole(value: str) -> bool:
    """Return whether an EXTINF states its duration in whole seconds."""
    match = _SECONDS.match(value)
    return match is not None and match[1].isdecimal()


def absolute(address: str, base: str) -> str:
    """Return an address of a playlist as a whole one; bytes that are no UTF-8 are kept as they are, escaped.

    Raises:
        PermanentError: It is no address.
    """
    escaped = _UNDECODED.sub(lambda match: f"%{ord(match[0]) - 0xDC00:02X}", address)
    try:
        return urljoin(base, escaped)
    except ValueError:
        raise PermanentError(
            sentence(
                "playlist.bad_address",
                "The HLS playlist from {site} has an address that cannot be read: {address}.",
                site=host(base),
                address=repr(escaped[:200]),
            )
        ) from None
