"""The process that runs yt-dlp: a request as JSON on stdin, an answer as JSON on stdout, within hard bounds.

Run as ``python -m ohdio_core.sources.ytdlp.extract``. Nothing is downloaded and no other program is started;
protected formats are never asked for (``allow_unplayable_formats`` stays off).
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from collections.abc import Iterator
from itertools import islice
from typing import Any

MAX_ENTRIES = 5000
_MAX_MEMORY = 1024 * 1024 * 1024  # address space; yt-dlp needs a tenth
_MAX_ANSWER = 32 * 1024 * 1024  # any file that this process writes, and that is its answer
_MAX_FORMATS = 500
_MAX_CHAPTERS = 5000
_LONGEST = 20_000  # characters of any text
_TEXTS = (
    "id", "url", "webpage_url", "title", "description", "uploader", "channel", "artist", "album_artist", "creator",
    "series", "language", "thumbnail", "upload_date", "release_date", "genre", "extractor_key", "live_status",
)  # fmt: skip
_NUMBERS = ("duration", "release_year", "episode_number", "track_number")
_FORMAT = (
    "url", "protocol", "ext", "acodec", "vcodec", "abr", "tbr", "filesize", "language_preference",
    "source_preference", "preference", "has_drm",
)  # fmt: skip


class _Silent:
    """A logger that drops yt-dlp's messages: errors are raised as well."""

    def debug(self, message: str) -> None:
        """Drop a message."""

    info = warning = error = debug


def main() -> None:
    """Answer one request."""
    request = json.load(sys.stdin)
    _bound(request["seconds"])
    # Whatever else prints must not spoil the answer.
    answer_to = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    try:
        answer = _extract(request)
    except MemoryError:
        answer = _error("permanent", "reading it needs more memory than is allowed")
    json.dump(answer, answer_to)
    answer_to.flush()


def _bound(seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MAX_MEMORY, _MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_MAX_ANSWER, _MAX_ANSWER))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # If whoever started this is gone, nobody else ends it.
    signal.alarm(seconds + 5)


def _extract(request: dict[str, Any]) -> dict[str, Any]:
    import yt_dlp  # noqa: PLC0415 - only within the bounds

    options = {
        "quiet": True,
        "no_warnings": True,
        "noprogress": True,
        "logger": _Silent(),
        "skip_download": True,
        "format": "ba/b/bv*",
        "ignore_no_formats_error": True,  # what has no formats may be protected, which the answer tells
        "extract_flat": "in_playlist",
        "playlistend": MAX_ENTRIES + 1,
        "cachedir": False,
        "js_runtimes": {},
        "proxy": request["proxy"],
        "http_headers": {"User-Agent": request["user_agent"]},
        "socket_timeout": 20,
        "retries": 1,
        "extractor_retries": 1,
    }
    try:
        with yt_dlp.YoutubeDL(options) as downloader:
            found = downloader.sanitize_info(downloader.extract_info(request["url"], download=False))
    except yt_dlp.utils.DownloadError as error:
        return _failure(error)
    if not isinstance(found, dict):
        return _error("permanent", "nothing was found there")
    return _summary(found)


def _failure(error: Any) -> dict[str, Any]:
    """Return the kind of failure, by the exceptions behind yt-dlp's own."""
    from yt_dlp.networking.exceptions import HTTPError, TransportError  # noqa: PLC0415 - only within the bounds
    from yt_dlp.utils import UnsupportedError  # noqa: PLC0415 - the same

    cause = error.exc_info[1] if error.exc_info else None
    causes = list(_causes(cause))
    message = str(getattr(cause, "orig_msg", None) or cause or error).removeprefix("ERROR: ")
    for one in causes:
        if isinstance(one, HTTPError):
            kind = {404: "not_found", 410: "not_found", 429: "throttled"}.get(one.status, "permanent")
            return _error("transient" if one.status >= 500 else kind, message)
        if isinstance(one, TransportError):
            return _error("transient", message)
        if isinstance(one, UnsupportedError):
            return _error("permanent", "yt-dlp finds nothing there either")
    return _error("drm" if "DRM" in message else "permanent", message)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    for _ in range(10):
        if error is None:
            return
        yield error
        error = getattr(error, "cause", None) or error.__cause__


def _error(kind: str, message: str) -> dict[str, Any]:
    return {"error": kind, "message": message[:500]}


def _summary(found: dict[str, Any]) -> dict[str, Any]:
    """Return the fields that are used, each of bounded size."""
    kept: dict[str, Any] = {name: found[name][:_LONGEST] for name in _TEXTS if isinstance(found.get(name), str)}
    kept |= {name: found[name] for name in _NUMBERS if isinstance(found.get(name), int | float)}
    if found.get("_type") in ("playlist", "multi_video"):
        entries = [entry for entry in found.get("entries") or () if isinstance(entry, dict)]
        kept["entries"] = [_summary(entry) for entry in entries[: MAX_ENTRIES + 1]]
        return kept
    kept["has_drm"] = bool(found.get("_has_drm") or found.get("has_drm"))
    kept["chapters"] = [
        {"start": chapter.get("start_time"), "title": str(chapter.get("title") or "")[:500]}
        for chapter in islice(found.get("chapters") or (), _MAX_CHAPTERS)
    ]
    formats = [one for one in found.get("formats") or () if isinstance(one, dict)]
    kept["formats"] = [
        {name: one.get(name) for name in _FORMAT} | {"headers": one.get("http_headers") or {}}
        for one in formats[:_MAX_FORMATS]
    ]
    return kept


if __name__ == "__main__":
    main()
