"""Playlists whose segments are encrypted with a key that is given to everybody, from their address to the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES128
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

from ohdio_core.errors import PermanentError, TransientError
from tests.integration.downloader import tones
from tests.integration.downloader.faulty_origin import Serving
from tests.integration.downloader.shelf import Shelf
from tests.integration.downloader.tones import Sound
from tests.unit.downloader.sound import packets

KEY = b"une cle de seize"
PITCHES = (300, 900)
WIDEVINE = '#EXT-X-KEY:METHOD=AES-128,URI="skd://1",KEYFORMAT="urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed"'
EMPTY_PACKET = b"\x47\x1f\xff\x10" + b"\xff" * 184  # ISO/IEC 13818-1, section 2.4.3.3


def encrypted(data: bytes, number: int, *, is_padded: bool = True) -> bytes:
    encryptor = Cipher(AES128(KEY), CBC(number.to_bytes(16, "big"))).encryptor()
    padder = PKCS7(128).padder()
    padded = padder.update(data) + padder.finalize() if is_padded else data
    return encryptor.update(padded) + encryptor.finalize()


def serve(shelf: Shelf, *segments: Serving, key: bytes = KEY, tags: tuple[str, ...] = ()) -> str:
    shelf.origin.serve("/k", Serving(key))
    lines = ["#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-PLAYLIST-TYPE:VOD", '#EXT-X-KEY:METHOD=AES-128,URI="k"', *tags]
    for number, segment in enumerate(segments):
        shelf.origin.serve(f"/{number}", segment)
        lines += [f"#EXTINF:{Sound().seconds},", str(number)]
    return shelf.origin.serve("/list.m3u8", Serving("\n".join(lines).encode()))


def transport(pitch: int) -> bytes:
    """A segment of whole blocks."""
    data = tones.transport(pitch, Sound(), pid=0x101, program=1)
    return data + EMPTY_PACKET * (-(len(data) // 188) % 4)


def packed(pitch: int) -> bytes:
    """The same, behind an empty tag (id3.org/id3v2.4.0-structure, section 3.1)."""
    data = tones.packed(pitch, Sound())
    size = -(len(data) + 10) % 16
    return b"ID3\x04" + bytes(5) + bytes([size]) + bytes(size) + data


def require_tones(book: Path) -> None:
    assert packets(book) == [frame for pitch in PITCHES for frame in tones.frames(pitch, Sound())]


@pytest.mark.parametrize("content_type", ["video/mp2t", "text/plain", "application/json"])
def test_is_whole_whatever_its_site_calls_what_nobody_can_read(shelf: Shelf, tmp_path: Path, content_type: str) -> None:
    segments = [encrypted(transport(pitch), number) for number, pitch in enumerate(PITCHES)]
    require_tones(
        shelf.collect(serve(shelf, *(Serving(each, content_type=content_type) for each in segments)), tmp_path)
    )


@pytest.mark.parametrize("form", ["transport", "packed"])
def test_without_padding_is_whole(shelf: Shelf, tmp_path: Path, form: str) -> None:
    datas = [transport(pitch) if form == "transport" else packed(pitch) for pitch in PITCHES]
    segments = [Serving(encrypted(data, number, is_padded=False)) for number, data in enumerate(datas)]
    require_tones(shelf.collect(serve(shelf, *segments), tmp_path))


def test_with_a_wrong_key_is_refused_after_two_transfers(shelf: Shelf, tmp_path: Path) -> None:
    url = serve(shelf, Serving(encrypted(transport(300), 0)), key=b"x" * 16)
    with pytest.raises(TransientError, match="cannot be decrypted"):
        shelf.collect(url, tmp_path)
    with pytest.raises(PermanentError, match=r"its key is wrong\. The site has sent it twice like this"):
        shelf.collect(url, tmp_path)
    assert len(shelf.origin.requests("/0")) == 2


def test_that_is_cut_where_no_length_tells_it_is_fetched_again(shelf: Shelf, tmp_path: Path) -> None:
    whole = [encrypted(transport(pitch), number) for number, pitch in enumerate(PITCHES)]
    url = serve(shelf, *map(Serving, whole))
    shelf.origin.serve("/1", Serving(whole[1][:-1600], has_length=False), Serving(whole[1]))
    require_tones(shelf.collect(url, tmp_path))


def test_needs_no_licence_where_its_plain_key_is_named_too(shelf: Shelf, tmp_path: Path) -> None:
    segments = [Serving(encrypted(transport(pitch), number)) for number, pitch in enumerate(PITCHES)]
    require_tones(shelf.collect(serve(shelf, *segments, tags=(WIDEVINE,)), tmp_path))
