"""The only way out to the web: one client factory for every service, polite in the same way everywhere."""

from __future__ import annotations

from ohdio_core.host_overrides import parse_overrides
from ohdio_core.sources.http.abort import Abort, Exchange, StreamClosed, abort_after
from ohdio_core.sources.http.broadcasts import refuse_broadcast
from ohdio_core.sources.http.changes import ChangeDetection, Unchanged, Validators
from ohdio_core.sources.http.client import HttpClientFactory, SiteClient, StreamedResponse
from ohdio_core.sources.http.codings import codings_of
from ohdio_core.sources.http.pages import OpenPage, Response
from ohdio_core.sources.http.politeness import NoPoliteness, Politeness, wait_for_turn
from ohdio_core.sources.http.settings import ClientSettings
from ohdio_core.sources.http.signatures import SOUND
from ohdio_core.sources.http.status_errors import UNKNOWN_PROGRAM, error_for_status, parse_retry_after

__all__ = [
    "SOUND",
    "UNKNOWN_PROGRAM",
    "Abort",
    "ChangeDetection",
    "ClientSettings",
    "Exchange",
    "HttpClientFactory",
    "NoPoliteness",
    "OpenPage",
    "Politeness",
    "Response",
    "SiteClient",
    "StreamClosed",
    "StreamedResponse",
    "Unchanged",
    "Validators",
    "abort_after",
    "codings_of",
    "error_for_status",
    "parse_overrides",
    "parse_retry_after",
    "refuse_broadcast",
    "wait_for_turn",
]
