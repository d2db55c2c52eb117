"""The spoken text, kept beside the sound: which of the known forms it is."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path, PurePath

from ohdio_core.domain.misreading import MISREAD_FILES
from ohdio_downloader.disk import write_whole

#: A transcript of a day of speech, with times, has some 5 MiB.
MAX_BYTES = 8 * 1024 * 1024

_SUFFIXES = frozenset({".vtt", ".srt", ".json", ".txt"})
#: No two neighbours match the same, so that nothing is tried in more than one way.
_SRT = re.compile(r"\d{1,9}[ \t]*\r?\n[ \t]*\d{1,3}:\d\d:\d\d[,.]\d{1,3}[ \t]*-->")
_BEGINNING = 4096  # characters that tell SubRip
_MARKUP = re.compile(r"\s*<(?:!doctype|\?xml|html|head|body)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Transcript:
    """A transcript's file."""

    data: bytes
    suffix: str  #: with its dot

    def write_beside(self, audio: Path) -> None:
        """Put it beside an audio file, under the same name as a rule.

        Raises:
            Postponed: The disk is full.
        """
        write_whole(audio.with_name(_beside(audio, self.suffix)), self.data)


def read_transcript(data: bytes) -> Transcript | None:
    """Recognise a transcript by its content; None for what is none: a web page, nothing.

    What the server calls it is often wrong; plain text is the rest.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    if not text.strip() or "\0" in text or _MARKUP.match(text):
        return None
    if text.lstrip().startswith("WEBVTT"):
        return Transcript(data, ".vtt")
    if _SRT.match(text[:_BEGINNING].lstrip()):
        return Transcript(data, ".srt")
    return Transcript(data, ".json" if _is_json(text) else ".txt")


def transcripts_beside(audio: Path) -> set[str]:
    """Return the names of the transcripts that lie beside an audio file."""
    return {name for name, _ in transcript_names(audio) if audio.with_name(name).exists()}


def transcript_beside(audio: Path) -> Transcript | None:
    """Return the transcript that lies beside an audio file; None without one."""
    for name, suffix in transcript_names(audio):
        if (path := audio.with_name(name)).exists():
            return Transcript(path.read_bytes(), suffix)
    return None


def transcript_names(audio: PurePath) -> list[tuple[str, str]]:
    """Return the names under which transcripts may lie beside an audio file, each with its suffix."""
    return [(_beside(audio, suffix), suffix) for suffix in sorted(_SUFFIXES)]


def _beside(audio: PurePath, suffix: str) -> str:
    """Return the name of a transcript: that of its audio file, unless that would make it something else."""
    name = audio.with_suffix(suffix).name
    return f"{audio.stem}_{suffix}" if name.lower() in MISREAD_FILES else name


def _is_json(text: str) -> bool:
    if not text.lstrip().startswith(("{", "[")):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
