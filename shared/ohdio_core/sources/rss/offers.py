"""The files that an item offers, and which of them is its recording."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ohdio_core.sources.rss.addresses import absolute
from ohdio_core.sources.rss.media_types import is_sound, what_else
from ohdio_core.sources.rss.omissions import LeftOut, Omission


@dataclass(frozen=True, slots=True)
class Recording:
    """One file."""

    url: str
    size: int | None = None  #: bytes, as the feed claims; not to be believed
    checksum: tuple[str, str] | None = None  #: (algorithm as hashlib names it, hex digest)


@dataclass(frozen=True, slots=True)
class Offer:
    """A file that an item names."""

    recording: Recording | None  #: None where its address cannot be followed
    is_sound: bool | None  #: None where nothing tells
    what_else: Omission  #: what it is where it is not known to be sound


def offers_at(reference: str, base: str, length: str, *said: str) -> Iterator[Offer]:
    """Yield the file at an address; nothing where there is no address.

    Args:
        reference: Its address as it is written.
        base: For relative addresses.
        length: Its size in bytes, as it is written.
        said: What is said of it, the most exact first: its type, its medium.
    """
    if not reference:
        return
    address = absolute(reference, base)
    size = int(length) if length.isascii() and length.isdigit() and len(length) < 16 else 0
    recording = None if address is None else Recording(address, size or None)
    sound = is_sound(address or "", *said)
    yield Offer(recording, sound, Omission.OTHER_FILE if sound else what_else(address or "", *said))


def best_recording(offers: Iterable[Offer]) -> Recording:
    """Return the recording among the files of an item: the first that is sound.

    A file of which nothing tells what it is counts where no other is known to be sound: publishers who give the
    file's type or extension wrongly, or not at all, mean a recording.

    Raises:
        LeftOut: There is none.
    """
    offers = list(offers)
    for certainty in (True, None):
        for offer in offers:
            if offer.recording is not None and offer.is_sound is certainty:
                return offer.recording
    if any(offer.is_sound is not False for offer in offers):
        raise LeftOut(Omission.BAD_ADDRESS)
    raise LeftOut(offers[0].what_else if offers else Omission.NO_FILE)
