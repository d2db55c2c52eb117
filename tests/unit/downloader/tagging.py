"""Tagging a file by its name, as a download does with a part."""

from __future__ import annotations

from pathlib import Path

from ohdio_core.domain.audiobook import BookDetails
from ohdio_downloader.media.cover import Cover
from ohdio_downloader.media.formats import container_at
from ohdio_downloader.media.tag import write_details
from ohdio_downloader.media.taggers.details import PartTags, part_details


def tag(path: Path, book: BookDetails, track: PartTags, cover: Cover | None, *, keep_free: int = 0) -> None:
    write_details(path, container_at(path), part_details(book, track, cover), keep_free=keep_free)
