"""LibriVox: books, authors, readers, and queries of the catalogue."""

from __future__ import annotations

from ohdio_core.sources.librivox.source import LibrivoxSource

__all__ = ["LibrivoxSource"]
