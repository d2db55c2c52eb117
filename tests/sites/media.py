"""The media of a catalogue: which address leads to which bytes, made when they are first asked for."""

from __future__ import annotations

import hashlib
import re
import time
import uuid
from dataclasses import dataclass
from email.utils import formatdate

from tests.sites import hosts
from tests.sites.audio import AudioFactory, HlsVariant
from tests.sites.catalogue import Catalogue, MediaForm, SimBook, SimPart

_VARIANTS = {
    MediaForm.HLS: HlsVariant.PLAIN,
    MediaForm.HLS_AES: HlsVariant.AES_128,
    MediaForm.HLS_BYTE_RANGE: HlsVariant.BYTE_RANGE,
    MediaForm.HLS_FMP4: HlsVariant.FMP4,
}
_CONTENT_TYPES = {
    "mp3": "audio/mpeg",
    "mp4": "audio/mp4",
    "m3u8": "application/vnd.apple.mpegurl",
    "ts": "video/mp2t",
    "m4s": "video/iso.segment",
    "key": "application/octet-stream",
}
_FIRST_PUBLISHED = 1_736_935_200  # 2025-01-15; each later version is a day younger
_PATH = re.compile(r"/(?:mp3|mp4|hls)/([0-9a-f-]{36})/([\w.-]+)")


@dataclass(frozen=True, slots=True)
class MediaFile:
    """One file of a medium, in one version."""

    body: bytes
    content_type: str
    etag: str
    last_modified: str


@dataclass(frozen=True, slots=True)
class MediaAddress:
    """What a media path names."""

    book: SimBook
    index: int  #: which part, from 0
    file_name: str

    @property
    def part(self) -> SimPart:
        """The part that the file belongs to."""
        return self.book.parts[self.index]


class MediaStore:
    """All media of one catalogue."""

    def __init__(self, catalogue: Catalogue, factory: AudioFactory) -> None:
        self._factory = factory
        self._parts = {_guid(part): (book, index) for book in catalogue.books for index, part in enumerate(book.parts)}
        self._made: dict[tuple[str, int], dict[str, MediaFile]] = {}

    def find(self, path: str) -> MediaAddress | None:
        """Return what a media path names, or None where there is nothing."""
        match = _PATH.fullmatch(path)
        if match is None or match[1] not in self._parts:
            return None
        book, index = self._parts[match[1]]
        return MediaAddress(book, index, match[2])

    def read(self, address: MediaAddress, version: int = 1) -> MediaFile | None:
        """Return the file's bytes, or None where the medium has no file of this name."""
        return self._files(address.book, address.index, version).get(address.file_name)

    def weight(self, book: SimBook) -> int:
        """How many bytes a client needs who fetches each file of the book once.

        For a book in byte ranges or segments this counts playlists and keys too.
        """
        return sum(
            len(file.body) for index in range(len(book.parts)) for file in self._files(book, index, version=1).values()
        )

    def size(self, book: SimBook, index: int) -> int:
        """The size of a part's file, or of its master playlist."""
        return len(self._files(book, index, version=1)[media_name(book, index)].body)

    def _files(self, book: SimBook, index: int, version: int) -> dict[str, MediaFile]:
        part = book.parts[index]
        key = (part.media_id, version)
        if key not in self._made:
            self._made[key] = {
                name: _media_file(name, body, version) for name, body in self._make(book, index, version).items()
            }
        return self._made[key]

    def _make(self, book: SimBook, index: int, version: int) -> dict[str, bytes]:
        part = book.parts[index]
        seed = f"{part.media_id} version {version}"
        name = media_name(book, index)
        if book.form is MediaForm.MP3:
            return {name: self._factory.mp3(seed, part.seconds)}
        if book.form is MediaForm.MP4:
            return {name: self._factory.mp4(seed, part.seconds)}
        stream = self._factory.hls(seed, part.seconds, _VARIANTS[book.form])
        files = dict(stream.files)
        files[name] = files.pop(stream.master)
        return files


def media_name(book: SimBook, index: int) -> str:
    """The last word of a part's address."""
    if book.form in _VARIANTS:
        return f"{book.slug}_{index:04d}_master.m3u8"
    return f"{book.slug}_{index:04d}_128.{book.form}"


def media_path(book: SimBook, index: int) -> str:
    """The path of a part's address: the file itself, or its master playlist."""
    folder = "hls" if book.form in _VARIANTS else str(book.form)
    return f"/{folder}/{_guid(book.parts[index])}/{media_name(book, index)}"


def media_url(book: SimBook, index: int, *, signed_for: float | None = None) -> str:
    """A part's address on the site's media hosts, signed when it is to expire.

    The signature has the form of Akamai's (``hdnea=st=…~exp=…~acl=…~hmac=…``), with a digest that
    only this origin can check.
    """
    host = hosts.STREAMS if book.form in _VARIANTS else hosts.DOWNLOADS
    path = media_path(book, index)
    query = "" if signed_for is None else f"?hdnea={_sign(path, time.time() + signed_for)}"
    return f"https://{host}{path}{query}"


def is_signature_good(path: str, query: str) -> bool:
    """Return whether the query carries a signature of this medium that has not expired."""
    match = re.search(r"hdnea=(st=\d+~exp=(\d+(?:\.\d+)?)~[^&]*)", query)
    return match is not None and time.time() < float(match[2]) and match[1] == _sign(path, float(match[2]))


def signed_playlist(body: bytes, query: str) -> bytes:
    """The playlist with the query of its own address behind every address in it."""
    lines = body.decode().splitlines()
    signed = (
        re.sub(r'URI="([^"]+)"', rf'URI="\1?{query}"', line) if line.startswith("#") else f"{line}?{query}"
        for line in lines
        if line
    )
    return ("\n".join(signed) + "\n").encode()


def _sign(path: str, expires: float) -> str:
    folder = path.rpartition("/")[0]
    digest = hashlib.sha256(f"{folder} {expires:.3f} not a secret".encode()).hexdigest()
    return f"st={int(expires) - 120}~exp={expires:.3f}~acl={folder}/*~hmac={digest}"


def _guid(part: SimPart) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"medium {part.media_id}"))


def _media_file(name: str, body: bytes, version: int) -> MediaFile:
    return MediaFile(
        body=body,
        content_type=_CONTENT_TYPES[name.rpartition(".")[2]],
        etag=f'"{hashlib.blake2b(body, digest_size=8).hexdigest()}"',
        last_modified=formatdate(_FIRST_PUBLISHED + version * 86_400, usegmt=True),
    )
