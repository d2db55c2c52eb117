"""What the first bytes of a segment tell: its container, and whether it is a whole file by itself."""

from __future__ import annotations

import re

from ohdio_downloader.fetch.transport import PACKET, SYNC
from ohdio_downloader.media.adts import frame_size, is_adts
from ohdio_downloader.media.file_bytes import FileBytes
from ohdio_downloader.media.mpeg import begins_frames, has_frame_count

_PACKETS = 3  #: of a transport stream, whose mark is a single byte
_MP4_FILES = frozenset({b"ftyp", b"moov"})
_MP4_BOXES = _MP4_FILES | {b"styp", b"moof", b"sidx", b"emsg", b"prft", b"mdat", b"free", b"skip", b"uuid"}

#: Of containers that no playlist should have segments of (RFC 8216, section 3), by FFmpeg's names for their demuxers.
_MARKS = re.compile(
    rb"(?P<flac>fLaC)|(?P<ogg>OggS)|(?P<wav>(?:RIFF|RF64).{4}WAVE)|(?P<aiff>FORM.{4}AIF[FC])"
    rb"|(?P<caf>caff)|(?P<au>\.snd)|(?P<w64>riff\x2e\x91\xcf\x11)|(?P<matroska>\x1a\x45\xdf\xa3|\x1f\x43\xb6\x75)",
    re.DOTALL,
)
#: What follows the beginning of a Matroska file (RFC 9559, section 5.1.3).
_CLUSTER = b"\x1f\x43\xb6\x75"
_OGG_FIRST = 0x02  #: the flag of the first page of a stream (RFC 3533, section 6)


def container_of(head: bytes) -> str:
    """Return how FFmpeg names the demuxer of a segment; empty where its first bytes do not tell."""
    marks = head[: _PACKETS * PACKET : PACKET]
    if marks and not marks.strip(SYNC):
        return "mpegts"
    if head[4:8] in _MP4_BOXES:
        return "mov"
    if is_adts(head) and is_adts(head[frame_size(head) :], is_cut=True):
        return "aac"
    if begins_frames(FileBytes(head), 0):
        return "mp3"
    mark = _MARKS.match(head)
    return "" if mark is None or mark.lastgroup is None else mark.lastgroup


def begins_file(head: bytes) -> bool:
    """Return whether a segment has nothing to do with what comes before it, although its container is the same."""
    container = container_of(head)
    if container == "mov":
        return head[4:8] in _MP4_FILES
    if container == "mp3":
        return has_frame_count(head[:192])
    if container == "ogg":
        return len(head) > 5 and head[5] & _OGG_FIRST != 0
    return container in _MARKS.groupindex and head[:4] != _CLUSTER
