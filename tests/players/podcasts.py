"""A library of podcasts as Audiobookshelf takes it in: which file or tag each field of a show comes from.

Our own words for its rules: a folder with sound in it is a podcast, with what lies in folders below it; each file is an
episode. The tags of one tell what the show is, else the folder's name does; it reads no OPF here. What begins with a
dot is not seen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tests.players.audiobookshelf import AUDIO, first_of, on_screen, tags_and_chapters

_PICTURES = {".jpg", ".jpeg", ".png", ".webp"}
_DAY = re.compile(r"\d{4}(-\d\d(-\d\d(T.*)?)?)?")


@dataclass
class ShownEpisode:
    """What is shown of one file."""

    file: Path
    title: str
    subtitle: str | None = None
    description: str | None = None  #: as it is read on the screen
    season: str | None = None
    number: str | None = None
    published: str | None = None  #: a date that can be read
    kind: str | None = None
    chapters: list[tuple[float, str]] = field(default_factory=list)


@dataclass
class ShownPodcast:
    """What is shown of one show."""

    folder: Path
    title: str
    author: str | None = None
    genres: list[str] = field(default_factory=list)
    language: str | None = None
    kind: str | None = None
    itunes_id: str | None = None
    cover: Path | None = None
    episodes: list[ShownEpisode] = field(default_factory=list)


def podcasts_of(library: Path) -> list[ShownPodcast]:
    """Return the shows of a library by their folders."""
    seen = [path for path in sorted(library.rglob("*")) if path.is_file() and not _is_hidden(path, library)]
    sounds = [path for path in seen if path.suffix.lower() in AUDIO and path.parent != library]
    folders: dict[Path, list[Path]] = {}
    for path in sorted(sounds, key=lambda each: len(each.parts)):
        above = [folder for folder in (path.parent, *path.parents) if folder in folders]
        folders.setdefault(above[-1] if above else path.parent, []).append(path)
    return [_podcast(folder, found, seen) for folder, found in sorted(folders.items())]


def _is_hidden(path: Path, library: Path) -> bool:
    return any(name.startswith(".") for name in path.relative_to(library).parts)


def _podcast(folder: Path, sounds: list[Path], seen: list[Path]) -> ShownPodcast:
    told = {path: tags_and_chapters(path) for path in sorted(sounds)}
    tags, _ = next(iter(told.values()))
    pictures = [path for path in seen if path.is_relative_to(folder) and path.suffix.lower() in _PICTURES]
    assert not (folder / "metadata.json").exists(), "it would be believed more than everything else"
    return ShownPodcast(
        folder,
        first_of(tags, "album") or first_of(tags, "series", "show", "mvnm") or folder.name,
        author=first_of(tags, "album_artist", "albumartist") or first_of(tags, "artist"),
        genres=[name for each in re.split(r"[/;]", first_of(tags, "genre", "tcon") or "") if (name := each.strip())],
        language=first_of(tags, "language", "lang"),
        kind=first_of(tags, "podcasttype", "podcast_type"),
        itunes_id=first_of(tags, "itunesid", "itunes_id"),
        cover=next((path for path in pictures if path.stem == "cover"), next(iter(pictures), None)),
        episodes=[_episode(path, *each) for path, each in told.items()],
    )


def _episode(path: Path, tags: dict[str, str], chapters: list[tuple[float, str]]) -> ShownEpisode:
    description = first_of(tags, "comment", "comm") or first_of(tags, "description", "desc")
    published = first_of(tags, "date", "tyer", "tye")
    return ShownEpisode(
        path,
        first_of(tags, "title") or path.stem,
        subtitle=first_of(tags, "subtitle", "tit3", "tt3"),
        description=None if description is None else on_screen(description),
        season=first_of(tags, "discnumber", "disc", "disk", "tpos"),
        number=first_of(tags, "track", "trck") or first_of(tags, "series-part", "episode_id", "mvin", "part"),
        published=published if published is not None and _is_date(published) else None,
        kind=first_of(tags, "episodetype", "episode_type"),
        chapters=chapters,
    )


def _is_date(text: str) -> bool:
    if _DAY.fullmatch(text) is None:
        return False
    try:
        datetime.fromisoformat(text if len(text) > 7 else f"{text}-01-01"[:10])
    except ValueError:
        return False
    return True
