"""Writing what is known of a book into its audio files, the way audiobook players read it.

Which tag says what follows Audiobookshelf, Plex agents and Mp3tag's audiobook conventions: the book is
the album, its authors are artist and album artist, its narrators are composer, a part is a track.
"""

# mypy: allow-untyped-calls
# (mutagen says that it is typed, but few of its functions are)

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mutagen import MutagenError
from mutagen.flac import FLAC, Picture
from mutagen.id3 import (
    APIC,
    COMM,
    ID3,
    TALB,
    TCOM,
    TCON,
    TDRC,
    TIT2,
    TLAN,
    TPE1,
    TPE2,
    TPUB,
    TRCK,
    TXXX,
    ID3NoHeaderError,
)
from mutagen.mp4 import MP4, MP4Cover, MP4FreeForm
from mutagen.oggopus import OggOpus
from mutagen.oggvorbis import OggVorbis

from ohdio_core.domain.audiobook import BookDetails
from ohdio_downloader.disk import is_full, not_enough_space
from ohdio_downloader.media.chapters import Span, add_comment_chapters, add_id3_chapters, write_mp4_chapters
from ohdio_downloader.media.cover import Cover
from ohdio_downloader.media.probe import DamagedAudio
from ohdio_downloader.media.wave_tags import wave_tags

_FRONT_COVER = 3  # the picture type of ID3v2.4.0 frames, section 4.14; FLAC and Vorbis took it over


@dataclass(frozen=True, slots=True)
class Track:
    """Which part of the book a file is."""

    number: int  #: from 1
    count: int
    title: str | None = None
    narrators: tuple[str, ...] = ()  #: who reads this part, where that is not said of the whole book
    chapters: tuple[Span, ...] = ()


def tag(path: Path, details: BookDetails, track: Track, cover: Cover | None, *, keep_free: int = 0) -> None:
    """Write the tags of one part, in one pass over the file; doing it again changes nothing.

    Tags of ours replace what the site had written; tags that we know nothing of stay, and so do the site's chapters
    where we know none. Chapters cost an ``.m4a`` a second pass.

    Args:
        path: ``.mp3``, ``.m4a``, ``.ogg``, ``.opus``, ``.flac`` or ``.wav``.
        details: The book.
        track: The part.
        cover: For players that show one per file; None leaves a picture that is there.
        keep_free: Bytes that must stay free on the disk while there are two of the file.

    Raises:
        DamagedAudio: The file is not what its suffix says.
        Postponed: The disk is full.
    """
    try:
        if track.chapters and path.suffix == ".m4a":
            write_mp4_chapters(path, track.chapters, keep_free=keep_free)
        _WRITERS[path.suffix](path, _texts(details, track), track, cover)
    except MutagenError as error:
        if any(is_full(cause) for cause in (error.__context__, *error.args) if isinstance(cause, BaseException)):
            raise not_enough_space(path.parent, path.stat().st_size) from error
        raise DamagedAudio("The tags of the file that was fetched cannot be written.") from error


def tags_size(details: BookDetails, track: Track, cover: Cover | None) -> int:
    """Return about how many bytes the tags of a part take, rather too many than too few."""
    texts = sum(len(text.encode()) + 64 for text in _texts(details, track).values())
    chapters = sum(len(chapter.title.encode()) + 96 for chapter in track.chapters)
    # The description is written twice, for different players.
    return 2048 + 2 * texts + chapters + (0 if cover is None else len(cover.data))


def _texts(details: BookDetails, track: Track) -> dict[str, str]:
    """Everything that is text, by Vorbis comment names; what is unknown is left out."""
    authors = ", ".join(details.authors)
    narrators = ", ".join(track.narrators or details.narrators)
    texts = {
        "TITLE": track.title or (details.title if track.count == 1 else f"{details.title} ({track.number})"),
        "ALBUM": details.title,
        "ARTIST": authors,
        "ALBUMARTIST": authors,
        "COMPOSER": narrators,
        "NARRATOR": narrators,
        "GENRE": details.genre,
        "DATE": None if details.published_year is None else str(details.published_year),
        "PUBLISHER": details.publisher,
        "DESCRIPTION": details.description,
        "LANGUAGE": details.language,
        "SERIES": details.series,
        "SERIES-PART": details.series_position,
    }
    return {name: text for name, text in texts.items() if text}


_ID3_FRAMES = {
    "TITLE": TIT2,
    "ALBUM": TALB,
    "ARTIST": TPE1,
    "ALBUMARTIST": TPE2,
    "COMPOSER": TCOM,
    "GENRE": TCON,
    "DATE": TDRC,
    "PUBLISHER": TPUB,
    "LANGUAGE": TLAN,
}


def _tag_mp3(path: Path, texts: dict[str, str], track: Track, cover: Cover | None) -> None:
    try:
        tags = ID3(path)
    except ID3NoHeaderError:
        tags = ID3()
    _add_frames(tags, texts, track, cover)
    tags.save(path, v1=0)


def _tag_wave(path: Path, texts: dict[str, str], track: Track, cover: Cover | None) -> None:
    with wave_tags(path) as tags:
        _add_frames(tags, texts, track, cover)


def _add_frames(tags: ID3, texts: dict[str, str], track: Track, cover: Cover | None) -> None:
    for name, text in texts.items():
        frame = _ID3_FRAMES.get(name)
        tags.add(frame(encoding=3, text=text) if frame else TXXX(encoding=3, desc=name, text=text))
    if "DESCRIPTION" in texts:
        tags.delall("COMM")
        tags.add(COMM(encoding=3, lang="und", desc="", text=texts["DESCRIPTION"]))
    tags.add(TRCK(encoding=3, text=f"{track.number}/{track.count}"))
    if cover is not None:
        tags.delall("APIC")
        tags.add(APIC(encoding=3, mime=cover.mime, type=_FRONT_COVER, desc="", data=cover.data))
    if track.chapters:
        add_id3_chapters(tags, track.chapters)


_MP4_ATOMS = {
    "TITLE": ("\xa9nam",),
    "ALBUM": ("\xa9alb",),
    "ARTIST": ("\xa9ART",),
    "ALBUMARTIST": ("aART",),
    "COMPOSER": ("\xa9wrt",),
    "NARRATOR": ("\xa9nrt",),
    "GENRE": ("\xa9gen",),
    "DATE": ("\xa9day",),
    "PUBLISHER": ("\xa9pub",),
    "DESCRIPTION": ("desc", "\xa9cmt"),
}

_AUDIOBOOK = 2  # the media kind that makes Apple's players file it under audiobooks


def _tag_mp4(path: Path, texts: dict[str, str], track: Track, cover: Cover | None) -> None:
    file = MP4(path)
    for name, text in texts.items():
        for atom in _MP4_ATOMS.get(name, ()):
            file[atom] = [text]
        if name not in _MP4_ATOMS or name == "PUBLISHER":
            file[f"----:com.apple.iTunes:{name}"] = [MP4FreeForm(text.encode())]
    file["trkn"] = [(track.number, track.count)]
    file["stik"] = [_AUDIOBOOK]
    if cover is not None:
        file["covr"] = [MP4Cover(cover.data, imageformat=MP4Cover.FORMAT_JPEG)]
    file.save()


def _tag_flac(path: Path, texts: dict[str, str], track: Track, cover: Cover | None) -> None:
    file = FLAC(path)
    _add_comments(file, texts, track)
    if cover is not None:
        file.clear_pictures()
        file.add_picture(_picture(cover))
    file.save(deleteid3=True)


def _tag_ogg(path: Path, texts: dict[str, str], track: Track, cover: Cover | None) -> None:
    file = OggOpus(path) if path.suffix == ".opus" else OggVorbis(path)
    _add_comments(file, texts, track)
    if cover is not None:
        file["METADATA_BLOCK_PICTURE"] = [base64.b64encode(_picture(cover).write()).decode()]
    file.save()


def _add_comments(file: FLAC | OggOpus | OggVorbis, texts: dict[str, str], track: Track) -> None:
    for name, text in texts.items():
        file[name] = [text]
    file["TRACKNUMBER"] = [str(track.number)]
    file["TRACKTOTAL"] = [str(track.count)]
    if track.chapters:
        add_comment_chapters(file, track.chapters)


def _picture(cover: Cover) -> Picture:
    picture = Picture()
    picture.type = _FRONT_COVER
    picture.mime = cover.mime
    picture.data = cover.data
    return picture


_WRITERS: dict[str, Callable[[Path, dict[str, str], Track, Cover | None], None]] = {
    ".mp3": _tag_mp3,
    ".m4a": _tag_mp4,
    ".flac": _tag_flac,
    ".wav": _tag_wave,
    ".ogg": _tag_ogg,
    ".opus": _tag_ogg,
}
