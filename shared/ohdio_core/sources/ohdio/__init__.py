"""OHdio (ici.radio-canada.ca/ohdio): audiobooks, programmes and the listings of both."""

from __future__ import annotations

from ohdio_core.sources.ohdio.source import OhdioSource

__all__ = ["OhdioSource"]
