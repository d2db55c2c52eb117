"""Importing links, as clients see it."""

from __future__ import annotations

from pydantic import Field

from ohdio_core.schemas.submissions import Wishes


class Import(Wishes):
    """A file's text: a subscription list (OPML), or a link on each line."""

    document: str = Field(
        description="OPML, or plain text: a link on each line; empty lines and those that begin with # do not count.",
        examples=["# Evenings\nhttps://stories.example/feed.xml\n"],
    )
