"""The messages that services send one another: commands that carry ids, nothing else.

A message is a wake-up. PostgreSQL holds the truth, so a message may be lost, doubled, delayed or
replayed without harm. Contracts only grow: a new field is optional, a breaking change is a new class.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class Message(BaseModel):
    """A command. ``actor`` and ``queue`` say who handles it and where it waits."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    actor: ClassVar[str]
    queue: ClassVar[str]


class ScrapeCategory(Message):
    """Walk the pages of a category or feed and write down every book."""

    actor = "scraper.scrape_category"
    queue = "scraping"

    scrape_id: int


class ExtractMetadata(Message):
    """Describe one audiobook: who wrote it, who reads it, which parts it has."""

    actor = "metadata.extract_metadata"
    queue = "metadata"

    audiobook_id: int


class DownloadAudiobook(Message):
    """Fetch every part of one audiobook and file it in the library."""

    actor = "downloader.download_audiobook"
    queue = "downloads"

    queue_item_id: int


class CheckFollow(Message):
    """Look whether the listing of a follow has something new, and add it."""

    actor = "scraper.check_follow"
    queue = "following"

    follow_id: int


CONTRACTS: tuple[type[Message], ...] = (ScrapeCategory, ExtractMetadata, DownloadAudiobook, CheckFollow)
