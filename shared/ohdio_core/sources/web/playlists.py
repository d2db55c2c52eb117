"""Playlists of files: M3U (extended or not), PLS and XSPF (xspf.org/spec, version 1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from lxml import etree

from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.errors import PermanentError
from ohdio_core.reasons import reason_of
from ohdio_core.sentences import sentence
from ohdio_core.sources.lenient_xml import local_name, parse_leniently
from ohdio_core.sources.markup import line_of_text
from ohdio_core.sources.web import links
from ohdio_core.sources.web.forms import best_forms
from ohdio_core.sources.web.found import Audio

_MOST_ENTRIES = 10_000  # no book has that many files
# What stands before the comma, as in lists of television, may have commas in quotes.
_EXTINF = re.compile(r"#EXTINF\s*:\s*(-?\d{1,9})(?:\.\d*)?(?:[^,\"]|\"[^\"]{0,1000}\")*+,?(.*)", re.IGNORECASE)
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_NO_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_M3U = {"PLAYLIST": "title", "EXTALB": "title", "EXTART": "creator", "EXTIMG": "image"}
_OF_LIST = re.compile(rf"^#({'|'.join(_M3U)})\s*:\s*(\S.{{0,500}})$", re.IGNORECASE | re.MULTILINE)
_PLS_ENTRY = re.compile(r"(File|Title|Length)(\d{1,6})\s*=\s*(.*)", re.IGNORECASE)


def is_hls(body: bytes) -> bool:
    """Return whether an m3u8 is HLS (RFC 8216), and not a playlist of files in UTF-8, which has the same extension."""
    return b"#EXT-X-" in body


def parse_playlist(body: bytes, url: str) -> tuple[Audio, ...]:
    """Read the recordings that a playlist names, in its order.

    Args:
        body: The playlist, of any of the three kinds; what it is shows in it.
        url: Where it was read, for relative addresses.

    Raises:
        PermanentError: It cannot be read, or names nothing that can be downloaded.
    """
    start = body[:400].replace(b"\0", b"") if body.startswith(_UTF_16) else body
    start = start.removeprefix(b"\xef\xbb\xbf").lstrip(b"\xff\xfe \t\r\n")[:200].lower()
    if start.startswith((b"<!doctype html", b"<html")):
        raise PermanentError(sentence("playlist.web_page", "{link} is a web page, not a playlist.", link=url))
    if start.startswith(b"<"):
        read = _xspf(body, url)
    elif start.startswith(b"[playlist]"):
        read = _pls(_text(body), url)
    else:
        read = _m3u(_text(body), url)
    entries = list(islice(read, _MOST_ENTRIES + 1))
    if not entries:
        raise PermanentError(sentence("playlist.empty", "The playlist {link} names no file on the web.", link=url))
    if len(entries) > _MOST_ENTRIES:
        raise _too_many(url)
    recordings = best_forms(entry for entry in entries if _has_an_end(entry))
    if not recordings:
        lists = [entry.url for entry in entries if links.kind_of(entry.url) is links.LinkKind.PLAYLIST]
        raise _of_playlists(url, lists[0]) if lists else _only_broadcasts(url)
    return recordings


def _has_an_end(entry: Audio) -> bool:
    """Return whether an entry has an end: a radio station's has no file extension and no length."""
    return links.kind_of(entry.url) in (links.LinkKind.AUDIO, links.LinkKind.STREAM) or entry.duration is not None


def _too_many(url: str) -> PermanentError:
    return PermanentError(
        sentence(
            "playlist.too_many_files",
            "The playlist {link} names more than {most:,} files; no book has that many.",
            link=url,
            most=_MOST_ENTRIES,
        )
    )


def _of_playlists(url: str, first: str) -> PermanentError:
    return PermanentError(
        sentence(
            "playlist.of_playlists",
            "The playlist {link} names other playlists, each of which is a book of its own: add them instead; "
            "the first is {first}.",
            link=url,
            first=first,
        )
    )


def _only_broadcasts(url: str) -> PermanentError:
    return PermanentError(
        sentence(
            "playlist.only_broadcasts",
            "The playlist {link} names live broadcasts only; they have no end, so none can be kept.",
            link=url,
        )
    )


def _text(body: bytes) -> str:
    if body.startswith(_UTF_16):
        return body.decode("utf-16", errors="replace")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("cp1252", errors="replace")


def details_in(body: bytes, url: str) -> BookDetails:
    """Return what a playlist says of itself: its title, who wrote it and its picture; else its file's name."""
    said = _said_in_xspf(body) if b"<trackList" in body else _said_in_m3u(body)
    picture = said.get("image")
    return BookDetails(
        title=line_of_text(said.get("title", "")) or links.name_in(url),
        authors=tuple(filter(None, (line_of_text(said.get("creator", "")),))),
        cover_url=None if picture is None else links.absolute(picture, url),
    )


def _said_in_xspf(body: bytes) -> dict[str, str]:
    root = parse_leniently(_text(body))
    children = () if root is None else root
    return {local_name(child): "".join(map(str, child.itertext())).strip() for child in children}


def _said_in_m3u(body: bytes) -> dict[str, str]:
    said: dict[str, str] = {}
    for found in islice(_OF_LIST.finditer(_text(body)), len(_M3U)):
        said.setdefault(_M3U[found[1].upper()], found[2].strip())
    return said


def _m3u(text: str, base: str) -> Iterator[Audio]:
    """Yield the entries; an endless length (-1) makes a broadcast of what nothing else shows to be a file.

    Many programs write it for a length that they do not know, so it counts only where no entry has another, and
    for whole addresses: nobody names a station by its place beside the playlist.
    """
    title, duration, is_endless = None, None, False
    entries: list[tuple[Audio, bool]] = []
    for line in map(str.strip, text.splitlines()):
        if found := _EXTINF.match(line):
            duration, title, is_endless = _seconds(found[1]), found[2], found[1].startswith("-")
        elif line and not line.startswith("#"):
            if (audio := _audio(line, base, title, duration)) is not None:
                entries.append((audio, is_endless and "://" in line and not audio.is_stream))
                if len(entries) > _MOST_ENTRIES:
                    raise _too_many(base)
            title, duration, is_endless = None, None, False
    is_of_files = any(audio.duration is not None for audio, _ in entries)
    kept = [audio for audio, is_broadcast in entries if is_of_files or not is_broadcast]
    if entries and not kept:
        raise _only_broadcasts(base)
    yield from kept


def _pls(text: str, base: str) -> Iterator[Audio]:
    entries: dict[int, dict[str, str]] = {}
    for line in text.splitlines():
        if found := _PLS_ENTRY.fullmatch(line.strip()):
            entries.setdefault(int(found[2]), {})[found[1].lower()] = found[3].strip()
    for _, entry in sorted(entries.items()):
        audio = _audio(entry.get("file", ""), base, entry.get("title"), _seconds(entry.get("length", "")))
        if audio is not None:
            yield audio


def _xspf(body: bytes, base: str) -> Iterator[Audio]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        # lxml gives None for what holds nothing at all; its annotations do not say so.
        root: etree._Element | None = etree.fromstring(body.removeprefix(b"\xef\xbb\xbf").lstrip(), parser=parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise PermanentError(
            sentence(
                "playlist.broken_xml",
                "The playlist {link} cannot be read: its XML is broken ({reason}).",
                link=base,
                reason=reason_of(error),
            )
        ) from error
    if root is None:
        return
    for track in root.iter("{*}track"):
        said: dict[str, str] = {}
        for child in track:
            name = str(child.tag).rpartition("}")[2]
            said.setdefault(name, "".join(str(piece) for piece in child.itertext()).strip())
        duration = _seconds(said.get("duration", ""), unit=timedelta(milliseconds=1))
        audio = _audio(said.get("location", ""), base, said.get("title"), duration)
        if audio is not None:
            yield audio


def _audio(reference: str, base: str, title: str | None, duration: timedelta | None) -> Audio | None:
    address = links.absolute(_as_address(reference), base)
    if address is None:
        return None
    is_stream = links.kind_of(address) is links.LinkKind.STREAM
    return Audio(address, line_of_text(title or "") or links.name_in(address), duration, is_stream=is_stream)


def _as_address(reference: str) -> str:
    """Return a reference with what the name of a file has in it escaped: programs write names as disks have them."""
    if "://" in reference or links.names_file(re.split(r"[?#]", reference, maxsplit=1)[0]):
        return _NO_ESCAPE.sub("%25", reference)
    if not links.names_file(reference):
        return reference
    return _NO_ESCAPE.sub("%25", reference).replace("#", "%23").replace("?", "%3F")


def _seconds(text: str, unit: timedelta = timedelta(seconds=1)) -> timedelta | None:
    digits = text.strip().partition(".")[0]
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 9 or int(digits) == 0:
        return None
    return int(digits) * unit
