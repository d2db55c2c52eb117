"""archive.org: items with recordings, collections of them, and searches."""

from __future__ import annotations

from ohdio_core.sources.archive.source import ArchiveSource

__all__ = ["ArchiveSource"]
