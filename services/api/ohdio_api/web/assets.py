"""The files that pages need: read once, compressed once, and kept by browsers for as long as they like.

Their address begins with a fingerprint of all of them, so a new version has new addresses, and files name each other by
relative paths.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Mapping
from functools import cached_property
from importlib.resources import files
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Request, Response
from starlette.exceptions import HTTPException

from ohdio_api.provide import given
from ohdio_api.web.bundle import bundled

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
#: In the order in which they are to be applied; one file is one request.
STYLES = (
    "shell/tokens.css",
    "shell/shell.css",
    "parts/edge.css",
    "parts/row.css",
    "home/page.css",
    "queue/page.css",
    "scans/page.css",
    "add/page.css",
    "library/page.css",
    "book/page.css",
    "trash/page.css",
    "missing/page.css",
    "player/page.css",
    "login/page.css",
    "settings/page.css",
    "sources/page.css",
    "follows/page.css",
    "feeds/page.css",
)
#: Scripts that browsers run beside pages, each a file of its own.
_BESIDE = frozenset({"shell/stream.js"})
#: Of scripts: what is for whoever reads the files, on a line of its own or behind what it is about. No text goes over
#: several lines, and none ends within a comment that has no quotation mark.
_COMMENTS = re.compile(rb"^(?://.*|/\*\*.*\*/)$|(?<=[;,{}()]) // [^\"'`]*$")
#: Compressed in itself.
_AS_IS = frozenset({".png", ".woff2"})
_FOR_EVER = "public, max-age=31536000, immutable"

router = APIRouter(include_in_schema=False)


class Asset(NamedTuple):
    """One file as it is sent."""

    media_type: str
    plain: bytes
    compressed: bytes | None  #: by gzip, where that makes it smaller


class Assets:
    """All files of the package that browsers ask for, by their path in it."""

    @cached_property
    def fingerprint(self) -> str:
        """Return what tells this version of the files from every other."""
        digest = hashlib.sha256()
        for path, asset in sorted(self.files.items()):
            digest.update(path.encode() + b"\0" + asset.plain)
        return digest.hexdigest()[:12]

    @cached_property
    def files(self) -> Mapping[str, Asset]:
        """Return every file by its path, with the styles as one, and our scripts of pages as one, too."""
        found = {path: _asset(path, data) for path, data in _read()}
        styles = b"\n".join(found.pop(path).plain for path in STYLES)
        ours = sorted(path for path in found if path.endswith(".js") and not path.startswith("vendor/"))
        ours = [path for path in ours if path not in _BESIDE]
        scripts = bundled({path: found[path].plain.decode() for path in ours}).encode()
        return {**found, "styles.css": _asset("styles.css", styles), "scripts.js": _asset("scripts.js", scripts)}

    def path(self, name: str) -> str:
        """Return the path below the root of the server at which a file is.

        Raises:
            KeyError: There is no such file.
        """
        if name not in self.files:
            raise KeyError(name)
        return f"/assets/{self.fingerprint}/{name}"


def _read() -> list[tuple[str, bytes]]:
    web = files("ohdio_api.web")
    return [
        (f"{folder.name}/{file.name}", file.read_bytes())
        for folder in web.iterdir()
        if folder.is_dir()
        for file in folder.iterdir()
        if file.is_file() and _suffix(file.name) in TYPES
    ]


def _without_comments(script: bytes) -> bytes:
    """Return a script of ours as browsers need it: a tenth of what is sent otherwise."""
    lines = (_COMMENTS.sub(b"", line.strip()) for line in script.splitlines())
    return b"\n".join(line for line in lines if line) + b"\n"


def _suffix(name: str) -> str:
    return name[name.rfind(".") :]


def _asset(path: str, data: bytes) -> Asset:
    suffix = _suffix(path)
    if suffix == ".js" and not path.startswith("vendor/"):
        data = _without_comments(data)
    compressed = None if suffix in _AS_IS else gzip.compress(data, mtime=0)
    return Asset(TYPES[suffix], data, compressed if compressed and len(compressed) < len(data) else None)


@router.get("/assets/{fingerprint}/{path:path}")
def send_asset(request: Request, path: str, assets: Annotated[Assets, Depends(given(Assets))]) -> Response:
    """Send one file; of an older page, too, which asks for it by an older fingerprint."""
    asset = assets.files.get(path)
    if asset is None:
        raise HTTPException(404)
    headers = {"Cache-Control": _FOR_EVER, "Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff"}
    if asset.compressed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(asset.compressed, media_type=asset.media_type, headers={**headers, "Content-Encoding": "gzip"})
    return Response(asset.plain, media_type=asset.media_type, headers=headers)
