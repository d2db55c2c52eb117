"""From what yt-dlp says to our records: which format to fetch, and how a book is described."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from ohdio_core.domain.audiobook import BookDetails, Chapter, Media, MediaKind, Part
from ohdio_core.errors import PermanentError
from ohdio_core.sentences import sentence
from ohdio_core.sources.canonical import canonical_url, refuse_reason
from ohdio_core.sources.days import day_of
from ohdio_core.sources.markup import line_of_text, plain_text
from ohdio_core.sources.ytdlp.process import protected

_PROTOCOLS = {
    "http": MediaKind.HTTP,
    "https": MediaKind.HTTP,
    "m3u8": MediaKind.HLS,
    "m3u8_native": MediaKind.HLS,
}
_KEPT_BEST = ("m4a", "mp3", "opus", "ogg", "webm", "flac", "aac", "mp4")
# What our own client decides by itself, or what would hand a session on.
_OUR_HEADERS = frozenset({"accept-encoding", "host", "range", "connection", "content-length", "cookie"})


def choose_media(info: dict[str, Any], url: str) -> Media:
    """Return the best format that our engine can download: audio alone first, whole files before streams.

    Raises:
        PermanentError: There is none: live, protected, or sent in a way that is not supported.
    """
    if info.get("live_status") in ("is_live", "is_upcoming"):
        raise PermanentError(
            sentence("ytdlp.broadcast", "{link} is a live broadcast; it has no end, so it cannot be kept.", link=url)
        )
    formats = [one for one in info.get("formats") or () if isinstance(one, dict)]
    audible = [one for one in formats if one.get("acodec") != "none" and not one.get("has_drm")]
    usable = [one for one in audible if one.get("protocol") in _PROTOCOLS and _is_address(one.get("url"))]
    if not usable:
        if info.get("has_drm") or (formats and all(one.get("has_drm") for one in formats)):
            raise protected(url)
        if audible:
            offered = ", ".join(sorted({str(one.get("protocol")) for one in audible}))
            raise PermanentError(
                sentence(
                    "ytdlp.unsupported_protocol",
                    "{link} is sent as {protocols}, which is not supported; HTTP and HLS are.",
                    link=url,
                    protocols=offered,
                )
            )
        raise PermanentError(sentence("ytdlp.no_sound", "yt-dlp finds no sound at {link}.", link=url))
    best = max(usable, key=_rank)
    headers = best.get("headers")
    return Media(
        str(best["url"]),
        _PROTOCOLS[str(best["protocol"])],
        headers={
            name: value
            for name, value in (headers.items() if isinstance(headers, dict) else ())
            if isinstance(value, str) and name.lower() not in _OUR_HEADERS
        },
        size=size if isinstance(size := best.get("filesize"), int) and size > 0 else None,
    )


def describe_item(info: dict[str, Any], url: str) -> BookDetails:
    """Describe a single recording as a book of one part, which is resolved through ``url`` later."""
    title = line_of_text(_text(info, "title")) or url
    duration = _duration(info)
    chapters = tuple(_chapters(info))
    return BookDetails(
        title=title,
        authors=_authors(info),
        description=plain_text(_text(info, "description")) or None,
        published_year=_year(info),
        published_on=day_of(_text(info, "release_date", "upload_date")),
        genre=line_of_text(_text(info, "genre")) or None,
        language=_text(info, "language") or None,
        series=line_of_text(_text(info, "series")) or None,
        cover_url=_cover(info),
        duration=duration,
        parts=(Part(0, url, title, duration, chapters=chapters),),
    )


def describe_list(info: dict[str, Any], urls: list[str], url: str) -> BookDetails:
    """Describe a list of recordings as one book; ``urls`` are those of its entries."""
    parts = tuple(
        Part(index, entry_url, line_of_text(_text(entry, "title")) or None, _duration(entry))
        for index, (entry, entry_url) in enumerate(zip(info["entries"], urls, strict=True))
    )
    return BookDetails(
        title=line_of_text(_text(info, "title")) or url,
        authors=_authors(info),
        description=plain_text(_text(info, "description")) or None,
        published_year=_year(info),
        published_on=day_of(_text(info, "release_date", "upload_date")),
        cover_url=_cover(info),
        parts=parts,
    )


def address_of(info: dict[str, Any]) -> str | None:
    """Return the canonical address of a recording's page, as yt-dlp names it; None where it has none."""
    for name in ("webpage_url", "url"):
        address = info.get(name)
        if _is_address(address):
            return canonical_url(str(address))
    return None


def _is_address(value: object) -> bool:
    return isinstance(value, str) and value.startswith(("http://", "https://")) and refuse_reason(value) is None


def _rank(one: dict[str, Any]) -> tuple[bool, float, float, bool, int, float]:
    extension = str(one.get("ext"))
    return (
        one.get("vcodec") == "none",
        _number(one.get("language_preference")),  # the original before dubbed voices
        min(_number(one.get("preference")), 0),  # what yt-dlp advises against
        _PROTOCOLS[str(one.get("protocol"))] is MediaKind.HTTP,
        -_KEPT_BEST.index(extension) if extension in _KEPT_BEST else -len(_KEPT_BEST),
        _number(one.get("abr")) or _number(one.get("tbr")),
    )


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) and -1e9 < value < 1e9 else 0.0


def _text(info: dict[str, Any], *names: str) -> str:
    return next((value for name in names if isinstance(value := info.get(name), str) and value.strip()), "")


def _authors(info: dict[str, Any]) -> tuple[str, ...]:
    name = line_of_text(_text(info, "artist", "album_artist", "creator", "uploader", "channel"))
    return (name,) if name else ()


def _cover(info: dict[str, Any]) -> str | None:
    address = info.get("thumbnail")
    return str(address) if _is_address(address) else None


def _duration(info: dict[str, Any]) -> timedelta | None:
    seconds = _number(info.get("duration"))
    return timedelta(seconds=seconds) if 0 < seconds < 10_000_000 else None


def _year(info: dict[str, Any]) -> int | None:
    digits = _text(info, "release_date", "upload_date")[:4]
    return int(digits) if len(digits) == 4 and digits.isascii() and digits.isdigit() else None


def _chapters(info: dict[str, Any]) -> list[Chapter]:
    found = []
    for chapter in info.get("chapters") or ():
        start = chapter.get("start") if isinstance(chapter, dict) else None
        title = line_of_text(_text(chapter, "title")) if isinstance(chapter, dict) else ""
        if isinstance(start, int | float) and 0 <= start < 10_000_000 and title:
            found.append(Chapter(timedelta(seconds=float(start)), title))
    return sorted(found, key=lambda chapter: chapter.start)
