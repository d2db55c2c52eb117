"""Places to jump to within a file: read from a chapters file, or from audio."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from av.container import InputContainer

from ohdio_core.domain.audiobook import Chapter
from ohdio_core.domain.formats import MP3
from ohdio_downloader.media.first_samples import open_headers
from ohdio_downloader.media.mp3_tags import has_chapters

#: Chapters files of podcasts have some kilobytes.
MAX_BYTES = 1024 * 1024

MOST = 255  #: of one file: ID3's table of contents and Nero's list count them in one byte
_LONGEST_TITLE = 200
_LATEST = timedelta(days=60).total_seconds()


@dataclass(frozen=True, slots=True)
class Span:
    """A chapter within a file whose length is known."""

    start: timedelta
    end: timedelta
    title: str


def read_chapters(data: bytes) -> tuple[Chapter, ...]:
    """Read a chapters file (github.com/Podcastindex-org/podcast-namespace/blob/main/chapters/jsonChapters.md).

    Those that are not for the table of contents, and what is no chapter at all, are left out; empty for anything
    else than such a file.
    """
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return ()
    listed = document.get("chapters") if isinstance(document, dict) else None
    return tuple(chapter for entry in listed if (chapter := _chapter(entry))) if isinstance(listed, list) else ()


def spans(chapters: Iterable[Chapter], duration: timedelta) -> tuple[Span, ...]:
    """Return the chapters, each with its end: where the next begins, or the file ends.

    Those that begin where there is no sound any more are left out, and all but the last of those that begin at once.
    """
    starts = {chapter.start: chapter.title for chapter in chapters if timedelta(0) <= chapter.start < duration}
    ordered = sorted(starts)[:MOST]
    if not ordered:
        return ()
    ends = [*ordered[1:], duration]
    return tuple(Span(start, end, starts[start]) for start, end in zip(ordered, ends, strict=True))


def spans_in(container: InputContainer) -> tuple[Span, ...]:
    """Return the chapters that a file has; those without a name are called by their number."""
    return tuple(
        Span(
            timedelta(seconds=float(chapter["start"] * chapter["time_base"])),
            timedelta(seconds=float(chapter["end"] * chapter["time_base"])),
            chapter["metadata"].get("title") or str(number),
        )
        for number, chapter in enumerate(container.chapters(), 1)
        if chapter["time_base"] is not None
    )


def chapters_at(path: Path) -> tuple[Span, ...]:
    """Return the chapters that a file has, as ``spans_in`` does.

    Raises:
        DamagedAudio: It cannot be read.
    """
    if path.suffix == MP3.suffix and not has_chapters(path):
        return ()  # most have none, and opening a file as sound takes a millisecond
    with open_headers(path) as opened:
        return spans_in(opened.container)


def milliseconds(time: timedelta) -> int:
    """Return how many milliseconds these are, as most forms of chapters count."""
    return round(time / timedelta(milliseconds=1))


def _chapter(entry: Any) -> Chapter | None:
    if not isinstance(entry, dict) or entry.get("toc") is False:
        return None
    start, title = entry.get("startTime"), entry.get("title")
    if isinstance(start, bool) or not isinstance(start, int | float) or not isinstance(title, str):
        return None
    words = " ".join(
        "".join(character for character in title if character.isprintable() or character.isspace()).split()
    )
    if not words or not 0 <= start <= _LATEST:
        return None
    return Chapter(timedelta(seconds=start), words[:_LONGEST_TITLE])
