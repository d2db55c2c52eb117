"""Podcast and audiobook feeds: RSS 2.0 with the iTunes extension, and Atom."""

from __future__ import annotations

from ohdio_core.sources.rss.source import RssSource

__all__ = ["RssSource"]
