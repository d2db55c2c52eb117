"""Putting HLS playlists of tones together, as packagers and those who stitch advertisements in do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES128
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

from tests.integration.downloader import tones
from tests.integration.downloader.faulty_origin import FaultyOrigin, Serving
from tests.integration.downloader.tones import Sound

MONO = Sound()
KEY = bytes(range(16))
_IV = bytes(range(100, 116))


class Form(StrEnum):
    """The container of a segment."""

    TRANSPORT = "ts"
    PACKED = "packed"
    FRAGMENT = "m4s"


@dataclass(frozen=True, slots=True)
class Tone:
    """One segment."""

    pitch: int
    form: Form = Form.TRANSPORT
    sound: Sound = MONO
    second: bool = False  #: as another packager makes it: other PIDs and program, another address of the section
    is_encrypted: bool = False
    is_key_first: bool = False  #: the key stands before the initialisation section, which is encrypted then
    is_marked: bool = True  #: by a discontinuity
    stated: float | None = None  #: seconds, where it is not what there is to hear


class Playlist:
    """A playlist that is served, with all that it leads to."""

    def __init__(self, origin: FaultyOrigin, folder: str) -> None:
        self._origin = origin
        self._folder = folder
        self._lines = ["#EXTM3U", "#EXT-X-VERSION:6", "#EXT-X-TARGETDURATION:2", "#EXT-X-PLAYLIST-TYPE:VOD"]
        self._init = ""
        self._key = "NONE"
        origin.serve(f"{folder}/k", Serving(KEY))

    def serve(self, segments: list[Tone]) -> str:
        """Serve all of it; return its address."""
        for number, tone in enumerate(segments):
            self._add(number, tone)
        body = "\n".join([*self._lines, "#EXT-X-ENDLIST", ""]).encode()
        content_type = "application/vnd.apple.mpegurl"
        return self._origin.serve(f"{self._folder}/list.m3u8", Serving(body, content_type=content_type))

    def _add(self, number: int, tone: Tone) -> None:
        data = self._data(tone)
        if number and tone.is_marked:
            self._lines.append("#EXT-X-DISCONTINUITY")
        if tone.is_encrypted and tone.is_key_first:
            self._use_key(is_used=True)
        if tone.form is Form.FRAGMENT:
            self._use_init(tone)
        self._use_key(is_used=tone.is_encrypted)
        stated = tone.sound.seconds if tone.stated is None else tone.stated
        self._lines += [f"#EXTINF:{stated:.3f},", f"{number}"]
        self._origin.serve(f"{self._folder}/{number}", Serving(encrypted(data) if tone.is_encrypted else data))

    def _data(self, tone: Tone) -> bytes:
        if tone.form is Form.TRANSPORT:
            pid, program = (0x201, 7) if tone.second else (0x101, 1)
            return tones.transport(tone.pitch, tone.sound, pid=pid, program=program)
        if tone.form is Form.PACKED:
            return tones.packed(tone.pitch, tone.sound)
        return tones.fragmented(tone.pitch, tone.sound)[1]

    def _use_key(self, *, is_used: bool) -> None:
        key = f'AES-128,URI="k",IV=0x{_IV.hex()}' if is_used else "NONE"
        if key != self._key:
            self._lines.append(f"#EXT-X-KEY:METHOD={key}")
            self._key = key

    def _use_init(self, tone: Tone) -> None:
        data = tones.fragmented(tone.pitch, tone.sound)[0]
        is_encrypted = self._key != "NONE"
        sound = tone.sound
        name = f"init-{sound.codec}-{sound.channels}-{tone.second:d}-{is_encrypted:d}"
        if name != self._init:
            self._lines.append(f'#EXT-X-MAP:URI="{name}"')
            self._init = name
            self._origin.serve(f"{self._folder}/{name}", Serving(encrypted(data) if is_encrypted else data))


def encrypted(data: bytes) -> bytes:
    """AES-128 as in RFC 8216, section 4.3.2.4."""
    padder = PKCS7(128).padder()
    encryptor = Cipher(AES128(KEY), CBC(_IV)).encryptor()
    return encryptor.update(padder.update(data) + padder.finalize()) + encryptor.finalize()
