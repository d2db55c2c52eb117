"""Why downloads failed, in few kinds, and the one thing that helps against each.

What is on a failed row is a sentence with an id, often one within another: ``given_up`` has the error of the last
attempt, ``http.answered`` has what the status means. The innermost one that says why is what counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class Cause(StrEnum):
    """A kind of failure."""

    GONE = "gone"  #: its site does not have it any more
    LOCKED = "locked"  #: its site lets in only some people
    PROTECTED = "protected"  #: its sound is protected, and protection is never removed
    ENDLESS = "endless"  #: a broadcast that never ends
    UNSUPPORTED = "unsupported"  #: sound of a kind that is not read here
    NO_SOUND = "no-sound"  #: something else came where sound should be
    DAMAGED = "damaged"  #: sound came, and it is damaged or too short
    DAMAGED_THERE = "damaged-there"  #: its site has sent the same damage each time
    UNREACHABLE = "unreachable"  #: its site did not answer, or broke off
    CHANGED = "changed"  #: its site answers differently than this version knows
    HERE = "here"  #: something on our side
    OTHER = "other"


class Remedy(StrEnum):
    """What helps."""

    RETRY = "retry"
    REMOVE = "remove"
    UPDATE = "update"  #: a newer version; until then nothing


class ConversionRemedy(StrEnum):
    """What helps where a book could not be converted."""

    RETRY = "retry"
    KEEP = "keep"  #: the book stays as it is
    DISMISS = "dismiss"  #: its files are gone: there is nothing to be kept, and nothing to be made of it


#: Where the sentence within a sentence is that says why.
_INNER = {
    "about": "sentence",
    "given_up": "error",
    "file.no_sound": "why",
    "http.answered": "meaning",
    "http.failed": "happened",
    "http.failed_because": "happened",
    "library.unusable": "reason",
    "together": "first",
}

_BY_ID = {
    Cause.GONE: (
        *("archive.no_file", "archive.no_item", "archive.taken_down", "feed.no_item", "feed.no_part", "http.gone"),
        *("librivox.no_file", "librivox.no_sections", "librivox.not_in_catalogue", "librivox.unknown_id"),
        *("ohdio.gone", "ohdio.not_found", "ohdio.recording_gone", "page.book_gone", "page.recording_gone"),
        *("playlist.gap", "ytdlp.recording_gone"),
    ),
    Cause.LOCKED: (
        *(
            "archive.lent",
            "file.refused",
            "http.private_address",
            "http.private_host",
            "http.refused",
            "http.user_name",
        ),
        *("ohdio.members_only", "ohdio.other_country", "ohdio.recording_refused", "ohdio.subscribers_only"),
    ),
    Cause.PROTECTED: ("link.protected_service", "sound.protected", "ytdlp.protected"),
    Cause.ENDLESS: (
        *("held_back.overlong", "http.broadcast", "playlist.live", "playlist.only_broadcasts", "transfer.endless"),
        "ytdlp.broadcast",
    ),
    Cause.UNSUPPORTED: (
        *("playlist.long_section", "playlist.too_long", "sound.changes", "sound.no_flac", "sound.unsupported"),
        *("sound.wide_flac", "ytdlp.unsupported_protocol"),
    ),
    Cause.NO_SOUND: (
        *("archive.no_audio", "book.no_audio", "book.without_audio", "file.beginning_tells_nothing", "file.empty"),
        *("file.empty_now", "file.no_audio", "file.other_answer", "file.page", "page.no_recording", "part.no_address"),
        *("playlist.no_audio", "sound.none", "ytdlp.no_sound"),
    ),
    Cause.DAMAGED_THERE: ("file.damaged_for_good",),
    Cause.CHANGED: ("site.differs", "source.unknown", "way.none_worked"),
    Cause.HERE: ("form.worker_died", "given_up.worker_died", "tags.not_written", "unexpected", "worker_died"),
}
_CAUSES = {id_: cause for cause, ids in _BY_ID.items() for id_ in ids}
#: For all others of a kind.
_BY_KIND = {
    "archive": Cause.CHANGED,
    "feed": Cause.CHANGED,
    "file": Cause.DAMAGED,
    "http": Cause.UNREACHABLE,
    "key": Cause.DAMAGED,
    "library": Cause.HERE,
    "librivox": Cause.CHANGED,
    "ohdio": Cause.CHANGED,
    "page": Cause.CHANGED,
    "playlist": Cause.DAMAGED,
    "segment": Cause.DAMAGED,
    "site": Cause.UNREACHABLE,
    "sound": Cause.DAMAGED,
    "transfer": Cause.UNREACHABLE,
    "work_dir": Cause.HERE,
    "ytdlp": Cause.CHANGED,
}

#: Of sound that came and can be heard, though it is not what was promised.
_KEEPABLE = frozenset(
    {"sound.damaged", "sound.end_undecodable", "sound.shorter_than_header", "sound.shorter_than_promised"}
)

REMEDIES = {
    Cause.GONE: Remedy.REMOVE,
    Cause.LOCKED: Remedy.REMOVE,
    Cause.PROTECTED: Remedy.REMOVE,
    Cause.ENDLESS: Remedy.REMOVE,
    Cause.UNSUPPORTED: Remedy.REMOVE,
    Cause.NO_SOUND: Remedy.RETRY,
    Cause.DAMAGED: Remedy.RETRY,
    Cause.DAMAGED_THERE: Remedy.REMOVE,
    Cause.UNREACHABLE: Remedy.RETRY,
    Cause.CHANGED: Remedy.UPDATE,
    Cause.HERE: Remedy.RETRY,
    Cause.OTHER: Remedy.RETRY,
}


def cause_of(message: Mapping[str, Any] | None) -> Cause:
    """Return the kind of a failure.

    Args:
        message: The sentence on the row, as ``Sentence.as_json`` writes it; None for rows of before there were ids.
    """
    while message is not None:
        id_ = message["id"]
        if id_ in _CAUSES:
            return _CAUSES[id_]
        inner = message["values"].get(_INNER.get(id_, ""))
        if not isinstance(inner, Mapping):
            return _BY_KIND.get(id_.partition(".")[0], Cause.OTHER)
        message = inner
    return Cause.OTHER


def conversion_remedy(message: Mapping[str, Any] | None) -> ConversionRemedy:
    """Return what helps against a conversion that failed: of the same files nothing else comes another time.

    Args:
        message: The sentence on the row, as ``cause_of`` takes it.
    """
    if message is not None and message["id"] == "form.book_gone":
        return ConversionRemedy.DISMISS
    return ConversionRemedy.RETRY if cause_of(message) is Cause.HERE else ConversionRemedy.KEEP


def can_be_kept(message: Mapping[str, Any] | None) -> bool:
    """Return whether what failed is there to be heard, and only shorter, or less sound, than was promised.

    Args:
        message: The sentence on the row, as ``cause_of`` takes it.
    """
    if message is None:
        return False
    inner = (value for value in message["values"].values() if isinstance(value, Mapping) and "values" in value)
    return message["id"] in _KEEPABLE or any(map(can_be_kept, inner))
