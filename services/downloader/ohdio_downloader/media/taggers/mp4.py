"""The atoms that Apple's players read of an MP4, and its chapters, which are a track of their own."""

# mypy: allow-untyped-calls
# (mutagen says that it is typed, but few of its functions are)

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from av.container import InputContainer
from mutagen.mp4 import MP4, MP4Cover, MP4FreeForm

from ohdio_downloader.disk import copying
from ohdio_downloader.media.chapters import Span, milliseconds
from ohdio_downloader.media.mux import Muxer, mux
from ohdio_downloader.media.probe import open_audio
from ohdio_downloader.media.taggers.details import FileDetails
from ohdio_downloader.media.taggers.facts import is_fact

if TYPE_CHECKING:
    from av.container.core import Chapter as AvChapter  # in its annotations only

_ATOMS = {
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

#: Atoms of facts that we never write. Of the others with a sign of their own, what states one is in ``_ATOMS``.
_OTHER_FACTS = frozenset(
    {
        "©grp", "©st3", "©con", "©aut", "©wrk", "©mvn", "©mvi", "©mvc", "shwm", "ldes", "sdes", "catg", "keyw",
        "egid", "purl", "pcst", "cpil", "tvsh", "tvsn", "tves", "tven", "tvnn", "sonm", "soal", "soar", "soaa",
        "soco", "sosn", "gnre", "disk", "trkn",
    }
)  # fmt: skip
_FREE = "----:"
_OF_TEXT = frozenset({"data", "subtitle"})  # as FFmpeg takes tracks of chapters

_AUDIOBOOK = 2  # the media kind that makes Apple's players file it under audiobooks


def write_mp4(path: Path, details: FileDetails) -> None:
    """Write the atoms of an MP4; its chapters are left alone.

    Raises:
        MutagenError: It is none, or they cannot be written.
    """
    file = MP4(path)
    if details.is_all:
        _remove_facts(file)
    for name, text in details.texts.items():
        for atom in _ATOMS.get(name, ()):
            file[atom] = [text]
        if name not in _ATOMS or name == "PUBLISHER":
            file[f"----:com.apple.iTunes:{name}"] = [MP4FreeForm(text.encode())]
    for atom, place in details.places("trkn", "disk"):
        file[atom] = [place]
    file["stik"] = [_AUDIOBOOK]
    if details.cover is not None:
        file["covr"] = [MP4Cover(details.cover.data, imageformat=MP4Cover.FORMAT_JPEG)]
    file.save()


def _remove_facts(file: MP4) -> None:
    """Remove what states facts of the book, whoever wrote it."""
    ours = {atom for atoms in _ATOMS.values() for atom in atoms}
    for atom in list(file.keys()):
        is_free = atom.startswith(_FREE)
        if is_fact(atom.rpartition(":")[2]) if is_free else atom in ours | _OTHER_FACTS:
            del file[atom]


def write_mp4_chapters(path: Path, muxer: Muxer, chapters: tuple[Span, ...], *, keep_free: int) -> None:
    """Write an MP4 anew with chapters, as a track of text (Apple) and as Nero's list, and with the tags it had.

    The sound is copied as it is, with its timing; a file that has these chapters already is left alone.

    Raises:
        DamagedAudio: It cannot be read.
        MutagenError: Its tags cannot.
        Postponed: There is no room for it with ``keep_free`` bytes staying free.
    """
    wanted = [_av_chapter(number, chapter) for number, chapter in enumerate(chapters)]
    with open_audio(path) as (container, _):
        if container.chapters() == wanted and _has_both_forms(container, path):
            return
    tags = dict(MP4(path).items())
    half = path.with_name(f"{path.name}.chapters")
    with copying(half, path.stat().st_size, keep_free=keep_free):
        with muxer.open(half) as output, open_audio(path) as (container, stream):
            copy = output.add_stream_from_template(stream)
            output.set_chapters(wanted)
            for packet in container.demux(stream):
                if packet.size:
                    packet.stream = copy
                    mux(output, packet)
        written = MP4(half)
        written.update(tags)
        written.save()
    half.replace(path)


def _has_both_forms(container: InputContainer, path: Path) -> bool:
    """Return whether an MP4 has its chapters as a track of text and as Nero's list: players read one of them."""
    return bool(MP4(path).chapters) and any(stream.type in _OF_TEXT for stream in container.streams)


def _av_chapter(number: int, chapter: Span) -> AvChapter:
    return {
        "id": number,
        "start": milliseconds(chapter.start),
        "end": milliseconds(chapter.end),
        "time_base": Fraction(1, 1000),
        "metadata": {"title": chapter.title},
    }
