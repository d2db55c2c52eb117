"""The routes by which what people have decided moves from one API to another."""

from __future__ import annotations

from typing import Any

from ohdio_client.api.transport import LONG_TIMEOUT, Transport
from ohdio_core.schemas.portable import HadReport, Portable, PortableReport


class PortableRoutes:
    """What people have decided at one API."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def give(self) -> Portable:
        """Return all of it."""
        return self._transport.read(Portable, "export", timeout=LONG_TIMEOUT)

    def take(self, document: dict[str, Any]) -> PortableReport:
        """Take in a document, and return what became of it.

        Raises:
            ApiError: It is none of this version.
        """
        return self._transport.order(PortableReport, "POST", "export/import", document, timeout=LONG_TIMEOUT)

    def take_had(self, document: str) -> HadReport:
        """Count what a file names as had."""
        return self._transport.order(HadReport, "POST", "export/had", {"document": document}, timeout=LONG_TIMEOUT)
