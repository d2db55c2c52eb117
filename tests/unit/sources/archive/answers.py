"""archive.org's answers in the shapes that were recorded, about items that were invented."""

from __future__ import annotations

import json
from typing import Any

ITEM = "gardien_brume_2011_lv"
SHA1 = "a94a8fe5ccb19ba61c4c0873d391e987982fbbd3"
MD5 = "098f6bcd4621d373cade4e832627b4f6"


def file(name: str, format_: str = "128Kbps MP3", *, original: str | None = None, **fields: Any) -> dict[str, Any]:
    """One entry of a list of files: an original, or derived from one."""
    made = {"source": "derivative", "original": original} if original else {"source": "original"}
    return {"name": name, "format": format_, "size": "1000", "sha1": SHA1, "md5": MD5, **made, **fields}


def chapter(number: int, *, length: str = "60.5", title: str | None = None) -> list[dict[str, Any]]:
    """A chapter as an original, with what the site makes of it."""
    name = f"gardien_{number:02d}_vachon"
    words = title or f"{number:02d} - Chapitre {number}"
    return [
        file(f"{name}.mp3", title=words, track=f"{number}/3", length=length),
        file(f"{name}.ogg", "Ogg Vorbis", original=f"{name}.mp3", length=length),
        file(f"{name}.png", "PNG", original=f"{name}.ogg"),
        file(f"{name}_64kb.mp3", "64Kbps MP3", original=f"{name}.mp3", length="01:00", title="garbled"),
    ]


def chapters(count: int = 3) -> list[dict[str, Any]]:
    return [each for number in range(1, count + 1) for each in chapter(number)]


METADATA: dict[str, Any] = {
    "identifier": ITEM,
    "title": "Le gardien de la brume",
    "creator": ["Odile Vachon", "Rémi Lantier"],
    "mediatype": "audio",
    "collection": ["librivoxaudio", "audio_bookspoetry"],
    "subject": "librivox; audiobook; phares; brume",
    "description": "<p>Un phare &amp; son gardien.</p><br/>Lu pour LibriVox par Ginette Aubut et Paul Ménard.",
    "publisher": "Maison du Large",
    "language": "fre",
    "date": "2011-03-05",
    "runtime": "9:09:09",
}


def item(files: list[dict[str, Any]] | None = None, metadata: dict[str, Any] | None = None, **more: Any) -> bytes:
    """The present shape: files in a list, values scalar or in lists."""
    picture = file("Gardien_1103.jpg", "JPEG", size="9000")
    listed = [*(chapters() if files is None else files), picture]
    return json.dumps({"created": 1, "files": listed, "metadata": {**METADATA, **(metadata or {})}, **more}).encode()


def old_item(files: list[dict[str, Any]] | None = None) -> bytes:
    """The shape of ``/details/ID?output=json``: files by "/name", every value in a list."""
    named = {f"/{each['name']}": {key: each[key] for key in each if key != "name"} for each in files or chapters()}
    values = {name: value if isinstance(value, list) else [value] for name, value in METADATA.items()}
    return json.dumps({"server": "node", "dir": "/1", "metadata": values, "files": named, "misc": {}}).encode()


def meta_xml() -> bytes:
    return (
        "<?xml version='1.0' encoding='UTF-8'?><metadata><title>Le gardien de la brume</title>"
        "<creator>Odile Vachon</creator><creator>Rémi Lantier</creator><mediatype>audio</mediatype></metadata>"
    ).encode()


def files_xml(files: list[dict[str, Any]] | None = None) -> bytes:
    listed = "".join(
        f'<file name="{each["name"]}" source="{each["source"]}">'
        + "".join(f"<{key}>{value}</{key}>" for key, value in each.items() if key not in ("name", "source"))
        + "</file>"
        for each in files or chapters()
    )
    return f"<files>{listed}</files>".encode()


def doc(identifier: str, **fields: Any) -> dict[str, Any]:
    return {"identifier": identifier, "title": f"Titre {identifier}", "creator": "Odile Vachon", **fields}


def scraped(*docs: dict[str, Any], cursor: str | None = None, total: int | None = None) -> bytes:
    more = {"cursor": cursor} if cursor else {}
    return json.dumps({"items": docs, "count": len(docs), "total": total or len(docs), **more}).encode()


def searched(*docs: dict[str, Any], total: int | None = None) -> bytes:
    found = len(docs) if total is None else total
    return json.dumps(
        {"responseHeader": {"status": 0}, "response": {"numFound": found, "start": 0, "docs": docs}}
    ).encode()
