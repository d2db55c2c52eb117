"""Samples without an encoding, as WAV and AIFF have them, encoded as FLAC: the same samples in half the room."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av
from av.audio.resampler import AudioResampler

from ohdio_core.errors import PermanentError
from ohdio_downloader.media.chapters import spans_in, write_comment_chapters
from ohdio_downloader.media.mux import mux
from ohdio_downloader.media.probe import open_audio

#: How FFmpeg is to give the samples of each kind to its FLAC encoder, which keeps up to 24 bits of "s32". Floating
#: point and 32 bits are left out, because FLAC would lose some of them.
PCM_FORMATS = {
    **dict.fromkeys(("pcm_u8", "pcm_s8", "pcm_s16le", "pcm_s16be", "pcm_alaw", "pcm_mulaw"), "s16"),
    **dict.fromkeys(("pcm_s24le", "pcm_s24be"), "s32"),
}

_CHECK_EVERY = 256  # frames; some 10 ms of work


def encode_flac(source: Path, target: Path, check: Callable[[], None]) -> None:
    """Write the samples of ``source`` to ``target``, a FLAC file, with the chapters that it has.

    Args:
        source: Audio whose codec is one of ``PCM_FORMATS``.
        target: Written over.
        check: Called often; what it raises ends the work.

    Raises:
        DamagedAudio: It cannot be read.
        PermanentError: FLAC has no room for so many channels, or for such a rate.
    """
    with av.open(str(target), "w", format="flac") as output, open_audio(source) as (container, stream):
        encoding = output.add_stream("flac", rate=stream.sample_rate)
        chapters = spans_in(container)
        context = encoding.codec_context
        context.format = av.AudioFormat(PCM_FORMATS[stream.codec_context.name])
        context.layout = stream.layout
        try:
            context.open()
        except av.FFmpegError as error:
            raise PermanentError(
                f"The audio has {stream.channels} channels of {stream.sample_rate} Hz, which FLAC cannot hold."
            ) from error
        resampler = AudioResampler(context.format, context.layout, stream.sample_rate, context.frame_size or None)
        for number, frame in enumerate(container.decode(stream)):
            if number % _CHECK_EVERY == 0:
                check()
            frame.pts = None
            for ready in resampler.resample(frame):
                mux(output, encoding.encode(ready))
        for ready in resampler.resample(None):
            mux(output, encoding.encode(ready))
        mux(output, encoding.encode(None))
    if chapters:
        write_comment_chapters(target, chapters)
