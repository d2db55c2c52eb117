"""OHdio (ici.radio-canada.ca/ohdio): categories and audiobooks."""

from __future__ import annotations

from ohdio_core.sources.ohdio.source import OhdioSource

__all__ = ["OhdioSource"]
