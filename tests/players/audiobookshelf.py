"""A library as Audiobookshelf takes it in (2.36, default settings): which file or tag each field of a book comes from.

Our own words for its rules: folders become items; their names, then the tags of the first file, then text files, then
an OPF each say what they know, and whoever says something last is believed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

import av
from lxml import etree

from tests.players.names import names_in

AUDIO = {".mp3", ".m4a", ".m4b", ".opus", ".ogg", ".flac", ".wav"}
_DISC_FOLDER = re.compile(r"(cd|dis[ck])\s*\d{1,3}", re.IGNORECASE)
_DISC_IN_NAME = re.compile(r"\b(?:disc|cd) ?(\d\d?)\b", re.IGNORECASE)
_DC = "{http://purl.org/dc/elements/1.1/}"
_OPF = "{http://www.idpf.org/2007/opf}"


@dataclass
class Track:
    """One file."""

    path: Path
    tags: dict[str, str]  #: by their names in lower case
    chapters: list[tuple[float, str]]
    seconds: float
    track: int | None
    disc: int | None


@dataclass
class Item:
    """What is shown of one book."""

    folder: Path
    title: str
    subtitle: str | None = None
    authors: list[str] = field(default_factory=list)
    narrators: list[str] = field(default_factory=list)
    series: list[tuple[str, str | None]] = field(default_factory=list)
    genres: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    year: str | None = None
    publisher: str | None = None
    language: str | None = None
    description: str | None = None  #: as it is read on the screen
    isbn: str | None = None
    asin: str | None = None
    tracks: list[Path] = field(default_factory=list)
    chapters: list[tuple[float, str]] = field(default_factory=list)
    has_cover: bool = False


def items_of(library: Path, *, with_opf: bool = True) -> list[Item]:
    """Return the books of a library by their folders.

    Args:
        library: Its folder.
        with_opf: Else as if no OPF were there.
    """
    files: dict[Path, list[Path]] = {}
    for path in sorted(library.rglob("*")):
        names = path.relative_to(library).parts
        if path.is_file() and path.suffix.lower() in AUDIO and not any(name.startswith(".") for name in names):
            files.setdefault(_item_folder(library, path), []).append(path)
    return [_item(library, folder, found, with_opf=with_opf) for folder, found in sorted(files.items())]


def _item_folder(library: Path, path: Path) -> Path:
    folder = path.parent
    is_disc = _DISC_FOLDER.fullmatch(folder.name) is not None and folder.parent != library
    return folder.parent if is_disc else folder


def _item(library: Path, folder: Path, files: list[Path], *, with_opf: bool) -> Item:
    item = by_names(library, folder)
    tracks = _in_order([_read(path, item) for path in files])
    item.tracks = [track.path for track in tracks]
    _by_tags(item, tracks[0].tags)
    item.chapters = _chapters(item.title, tracks)
    _by_texts(item)
    opf = next(iter(sorted(folder.glob("*.[oO][pP][fF]"))), None)
    if opf is not None and with_opf:
        _by_opf(item, opf)
    assert not (folder / "metadata.json").exists(), "it would be believed more than everything else"
    item.description = None if item.description is None else on_screen(item.description)
    item.has_cover = any(folder.glob("cover.*"))
    return item


def by_names(library: Path, folder: Path) -> Item:
    """Return what the names of folders alone say of a book."""
    *above, name = folder.relative_to(library).parts
    series = above.pop() if len(above) > 1 else None
    item = Item(folder, name, authors=names_in(above[-1]) if above else [])
    if match := re.search(r"(?: |^)\[([A-Z0-9]{10})](?= |$)", name):
        item.asin, name = match[1], name.replace(match[0], "").strip()
    if match := re.match(r"(.*) \{(.*)\}$", name):
        name, item.narrators = match[1], names_in(match[2])
    if series is not None:
        name, place = _place_in(name)
        item.series = [(series, place)]
    if match := re.match(r" *\(?([0-9]{4})\)? * - *(.+)", name):
        item.year, name = match[1], match[2]
    item.title = name
    return item


def _place_in(name: str) -> tuple[str, str | None]:
    """Return the name of a folder within one of a series without the number that is read in it, and that number."""
    parts = name.split(" - ")
    for index, part in enumerate(parts):
        match = re.fullmatch(r"(vol\.? |volume |book )?(\d{0,3}(?:\.\d{1,2})?)(\.?)(?: (.*))?", part, re.IGNORECASE)
        if match and not (match[4] and not (match[1] or match[3])):
            parts[index : index + 1] = [match[4]] if match[4] else []
            return " - ".join(parts), f"{float(match[2] or 0):g}"
    return name, None


def tags_and_chapters(path: Path) -> tuple[dict[str, str], list[tuple[float, str]]]:
    """Return the tags of a file by their names in lower case, and its chapters, each with the second it begins at."""
    tags, chapters, _ = _told_by(path)
    return tags, chapters


def _told_by(path: Path) -> tuple[dict[str, str], list[tuple[float, str]], float]:
    with av.open(str(path)) as container:
        found = dict(container.metadata) or dict(container.streams.audio[0].metadata)
        chapters = [
            (float(each["start"] * (each["time_base"] or 0)), each["metadata"].get("title", ""))
            for each in container.chapters()
        ]
        seconds = (container.duration or 0) / av.time_base
    return {name.lower(): value.strip() for name, value in found.items() if value.strip()}, chapters, seconds


def _read(path: Path, item: Item) -> Track:
    tags, chapters, seconds = _told_by(path)
    name = path.stem.replace(item.title, "")
    disc = _number(first_of(tags, "discnumber", "disc", "disk", "tpos"))
    in_name = _DISC_IN_NAME.search(name)
    if disc is None and in_name is not None:
        disc = int(in_name[1])
    return Track(path, tags, chapters, seconds, _number(first_of(tags, "track", "trck")), disc)


def _in_order(tracks: list[Track]) -> list[Track]:
    has_discs = all(track.disc is not None for track in tracks)
    return sorted(tracks, key=lambda each: ((each.disc or 0) if has_discs else 0, each.track or 0))


def _by_tags(item: Item, tags: dict[str, str]) -> None:
    item.narrators = names_in(first_of(tags, "composer", "tcom")) or item.narrators
    item.authors = names_in(first_of(tags, "artist", "album_artist", "albumartist")) or item.authors
    item.title = first_of(tags, "album") or first_of(tags, "title") or item.title
    item.subtitle = first_of(tags, "subtitle", "tit3", "tt3")
    item.description = first_of(tags, "description", "desc") or first_of(tags, "comment", "comm")
    item.publisher = first_of(tags, "publisher", "tpub")
    item.year = first_of(tags, "date", "tyer", "tye") or item.year
    item.language = first_of(tags, "language", "lang")
    item.isbn, item.asin = first_of(tags, "isbn"), first_of(tags, "asin", "audible_asin") or item.asin
    if genres := first_of(tags, "genre", "tcon"):
        item.genres = [name for each in re.split(r"[/;]", genres) if (name := each.strip())]
    if series := first_of(tags, "series", "show", "mvnm"):
        item.series = [(series, first_of(tags, "series-part", "episode_id", "mvin", "part"))]
    elif grouping := first_of(tags, "grouping", "grp1"):
        item.series = [(grouping, None)]
    assert first_of(tags, "overdrive mediamarkers") is None, "they would be taken for chapters"


def _by_texts(item: Item) -> None:
    if (path := item.folder / "desc.txt").exists():
        item.description = path.read_text(encoding="utf-8").strip()
    if (path := item.folder / "reader.txt").exists():
        item.narrators = names_in(path.read_text(encoding="utf-8").splitlines()[0])


def _by_opf(item: Item, path: Path) -> None:
    metadata = etree.parse(path).getroot().find(f"{_OPF}metadata")
    assert metadata is not None
    item.title = _text(metadata, "title") or item.title
    item.subtitle = _text(metadata, "subtitle") or item.subtitle
    item.authors = _people(metadata, "aut") or item.authors
    item.narrators = _people(metadata, "nrt") or item.narrators
    item.publisher = _text(metadata, "publisher") or item.publisher
    item.language = _text(metadata, "language") or item.language
    item.genres = _texts(metadata, "subject") or item.genres
    item.tags = _texts(metadata, "tag")
    if match := re.match(r"([0-9]{4})(-|$)", _text(metadata, "date") or ""):
        item.year = match[1]
    if description := _text(metadata, "description"):
        item.description = _without_markup(description.replace("&lt;", "<").replace("&gt;", ">"))
    numbers = {each.get(f"{_OPF}scheme"): each.text for each in metadata.findall(f"{_DC}identifier")}
    item.isbn, item.asin = numbers.get("ISBN") or item.isbn, numbers.get("ASIN") or item.asin
    item.series = list(_series(metadata)) or item.series


def _series(metadata: etree._Element) -> Iterator[tuple[str, str | None]]:
    metas = [(each.get("name"), each.get("content")) for each in metadata.findall(f"{_OPF}meta")]
    for (name, content), (following, number) in zip_longest(metas, metas[1:], fillvalue=(None, None)):
        if name == "calibre:series" and content:
            yield content, number if following == "calibre:series_index" else None


def _chapters(title: str, tracks: list[Track]) -> list[tuple[float, str]]:
    if tracks[0].chapters:
        if len(tracks) == 1 or tracks[0].chapters == tracks[1].chapters:
            return tracks[0].chapters
        starts = [sum(track.seconds for track in tracks[:number]) for number in range(len(tracks))]
        return [
            (before + start, name)
            for before, track in zip(starts, tracks, strict=True)
            for start, name in track.chapters
        ]
    if len(tracks) == 1:
        return []
    titles = [track.tags.get("title", "") for track in tracks]
    if len(set(titles) - {"", title}) != len(tracks):
        titles = [track.path.stem for track in tracks]
    return [(sum(track.seconds for track in tracks[:number]), name) for number, name in enumerate(titles)]


def _people(metadata: etree._Element, role: str) -> list[str]:
    creators = metadata.findall(f"{_DC}creator")
    return [each.text.strip() for each in creators if each.text and each.get(f"{_OPF}role") == role]


def _texts(metadata: etree._Element, name: str) -> list[str]:
    return [each.text for each in metadata.findall(f"{_DC}{name}") if each.text]


def _text(metadata: etree._Element, name: str) -> str | None:
    return next(iter(_texts(metadata, name)), None)


def first_of(tags: dict[str, str], *names: str) -> str | None:
    """Return the first of some tags that is there."""
    return next((tags[name] for name in names if name in tags), None)


def _number(text: str | None) -> int | None:
    return int(match[0]) if text and (match := re.match(r"\d+", text)) else None


def _without_markup(text: str) -> str:
    """Return a text without what looks like elements, its entities read."""
    bare = re.sub(r"</?[A-Za-z][^>]*>", "", text)
    return re.sub(r"&(?:amp|lt|gt|quot|eacute);", lambda entity: _ENTITIES[entity[0]], bare)


def on_screen(text: str) -> str:
    """Return what is seen of a text that is shown as HTML."""
    return _without_markup(text)


_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&eacute;": "é"}
