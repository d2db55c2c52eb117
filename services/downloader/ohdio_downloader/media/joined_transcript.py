"""The transcript of one file of several parts: what was said in each, at its time in the whole."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import accumulate
from typing import Any

from ohdio_downloader.media.transcript import Transcript

_NOTHING = timedelta(0)
_TIME = r"(?:(\d{1,4}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})"
#: SubRip writes a comma, and its settings are coordinates; WebVTT allows no hours (w3.org/TR/webvtt1, section 4).
_TIMING = re.compile(rf"{_TIME}[ \t]+-->[ \t]+{_TIME}[ \t]*(.*)")
_WITHIN = re.compile(rf"<{_TIME}>")
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")
#: What must stand before the first cue.
_IN_FRONT = frozenset({"STYLE", "REGION"})


@dataclass(frozen=True, slots=True)
class Cue:
    """What is shown from one moment to another."""

    start: timedelta
    end: timedelta
    text: str
    settings: str = ""  #: where, in WebVTT's words


@dataclass(frozen=True, slots=True)
class _Timed:
    """What a transcript with times holds."""

    cues: Sequence[Cue]
    in_front: Sequence[str] = field(default=())  #: WebVTT's styles and regions


def is_timed(transcript: Transcript) -> bool:
    """Return whether a transcript tells when each of its sentences is said."""
    return bool(_read(transcript).cues)


def join_transcripts(parts: Sequence[Transcript | None], lengths: Sequence[timedelta]) -> Transcript | None:
    """Return the transcript of all parts, as SubRip where all are that, else as WebVTT; None where none has times.

    Args:
        parts: That of each; None for a part without one, in whose time nothing is shown.
        lengths: How long each part is heard.
    """
    timed = [None if part is None else _read(part) for part in parts]
    starts = accumulate(lengths, initial=_NOTHING)
    cues = [
        cue
        for each, start, length in zip(timed, starts, lengths, strict=False)
        for cue in (() if each is None else _moved(each.cues, start, length))
    ]
    if not cues:
        return None
    if all(part is None or part.suffix == ".srt" for part in parts):
        return Transcript(_as_subrip(cues).encode(), ".srt")
    in_front = dict.fromkeys(block for each in timed if each is not None for block in each.in_front)
    return Transcript("\n\n".join(["WEBVTT", *in_front, *map(_as_webvtt, cues)]).encode() + b"\n", ".vtt")


def _moved(cues: Sequence[Cue], start: timedelta, length: timedelta) -> Iterator[Cue]:
    """Yield the cues of a part where they are in the whole; none reaches into the next part."""
    for cue in cues:
        if cue.start < length:
            text = _WITHIN.sub(lambda found: f"<{_clock(_time(found.groups()) + start, '.')}>", cue.text)
            yield replace(cue, start=cue.start + start, end=min(cue.end, length) + start, text=text)


def _read(transcript: Transcript) -> _Timed:
    text = transcript.data.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    match transcript.suffix:
        case ".json":
            return _Timed(list(_segments(text)))
        case ".vtt" | ".srt":
            blocks = [block.strip("\n") for block in _BLANK_LINES.split(text.strip())]
            in_front = [block for block in blocks if block.partition("\n")[0].strip() in _IN_FRONT]
            is_webvtt = transcript.suffix == ".vtt"
            return _Timed([cue for block in blocks if (cue := _cue(block, is_webvtt=is_webvtt))], in_front)
    return _Timed(())


def _cue(block: str, *, is_webvtt: bool) -> Cue | None:
    """Return the cue of a block, whatever is its number or name; None for one that has none."""
    lines = block.split("\n")
    for number, line in enumerate(lines[:2]):
        if (found := _TIMING.fullmatch(line.strip())) is not None:
            text = "\n".join(lines[number + 1 :])
            times, settings = found.groups()[:8], found.group(9) if is_webvtt else ""
            return Cue(_time(times[:4]), _time(times[4:]), text, settings) if text.strip() else None
    return None


def _segments(text: str) -> Iterator[Cue]:
    """Yield the segments of a transcript in JSON (github.com/Podcastindex-org/podcast-namespace, transcripts.md)."""
    document: Any = None
    with suppress(ValueError, RecursionError):
        document = json.loads(text)
    segments = document.get("segments") if isinstance(document, dict) else None
    for each in segments if isinstance(segments, list) else ():
        with suppress(KeyError, TypeError, ValueError, OverflowError):
            start, end = timedelta(seconds=float(each["startTime"])), timedelta(seconds=float(each["endTime"]))
            said = " ".join(str(each["body"]).split()).replace("&", "&amp;").replace("<", "&lt;")
            speaker = " ".join(str(each.get("speaker") or "").split()).replace(">", "")
            if said and start >= _NOTHING:
                yield Cue(start, max(start, end), f"<v {speaker}>{said}" if speaker else said)


def _time(parts: Sequence[str | None]) -> timedelta:
    hours, minutes, seconds, fraction = parts
    milliseconds = int((fraction or "0").ljust(3, "0"))
    return timedelta(
        hours=int(hours or 0), minutes=int(minutes or 0), seconds=int(seconds or 0), milliseconds=milliseconds
    )


def _clock(time: timedelta, point: str) -> str:
    """Return a time as cues have it: "01:02:03.004"."""
    seconds, milliseconds = divmod(round(time / timedelta(milliseconds=1)), 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{point}{milliseconds:03}"


def _as_webvtt(cue: Cue) -> str:
    timing = f"{_clock(cue.start, '.')} --> {_clock(cue.end, '.')} {cue.settings}".rstrip()
    return f"{timing}\n{cue.text}"


def _as_subrip(cues: Sequence[Cue]) -> str:
    return "\n".join(
        f"{number}\n{_clock(cue.start, ',')} --> {_clock(cue.end, ',')}\n{cue.text}\n"
        for number, cue in enumerate(cues, 1)
    )
