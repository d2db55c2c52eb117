"""What a site says of a recording's length, held against the sound that came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from ohdio_core.sentences import Sentence, sentence
from ohdio_downloader.fetch.protocol import Proof
from ohdio_downloader.media.probe import DamagedAudio
from ohdio_downloader.media.verify import Sound, clock, is_short

#: Even a catalogue rounds, and may count an introduction that is gone: only a real hole fails a recording.
_TOLERANCE, _SLACK = 0.10, timedelta(seconds=5)

#: What people would like to know of.
_REMARKABLE = 0.02


@dataclass(frozen=True, slots=True)
class Promise:
    """How long a recording is said to be."""

    duration: timedelta
    is_measured: bool  #: by a catalogue, of this very file; what feeds and pages say are estimates


class ShorterThanPromised(DamagedAudio):
    """The file is sound as far as it goes, but the site promises more than there is."""

    def __init__(self, duration: timedelta, promised: timedelta) -> None:
        self.duration = duration
        self.promised = promised
        super().__init__(
            sentence(
                "sound.shorter_than_promised",
                "The file is cut: it has {duration} of sound where the site promises {promised}.",
                duration=clock(duration),
                promised=clock(promised),
            )
        )


def hold_against(sound: Sound, promise: Promise, proof: Proof) -> None:
    """Make sure that a recording is as long as it is promised to be, where that counts.

    A checksum outweighs every promise. That all announced bytes came outweighs an estimate: it may be of another
    version, or from before an advertisement was cut out.

    Raises:
        ShorterThanPromised: By more than 5 s and more than 10 %. Longer is fine.
    """
    counts = promise.is_measured if proof is Proof.LENGTH else proof is Proof.NONE
    if counts and is_short(sound.duration, promise.duration, _TOLERANCE, _SLACK):
        raise ShorterThanPromised(sound.duration, promise.duration)


def remark_on(sound: Sound, promise: Promise | None) -> Sentence | None:
    """Return a sentence for people about a recording that is shorter than was said; None where it is not."""
    if promise is not None and is_short(sound.duration, promise.duration, _REMARKABLE, _SLACK):
        return sentence(
            "sound.shorter_than_said",
            "It has {duration} of sound, although its page or feed says {said}.",
            duration=clock(sound.duration),
            said=clock(promise.duration),
        )
    if sound.stated is not None and sound.is_overstated:
        return sentence(
            "sound.shorter_than_stated",
            "It has {duration} of sound, although the file itself says {stated}.",
            duration=clock(sound.duration),
            stated=clock(sound.stated),
        )
    if sound.is_changing:
        return sentence(
            "sound.changing",
            "Its channels or its sampling rate change inside, as behind an advertisement: all of it is kept, but some "
            "players, browsers among them, stop there.",
        )
    return None
