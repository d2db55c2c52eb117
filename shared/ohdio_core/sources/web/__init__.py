"""Any web page that offers recordings: described, embedded, linked, listed in a playlist or a directory."""

from __future__ import annotations

from ohdio_core.sources.web.source import WebSource

__all__ = ["WebSource"]
