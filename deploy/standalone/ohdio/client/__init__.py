"""A client of the API: typed answers, and errors that are sentences."""

from __future__ import annotations

from ohdio.client.client import Client
from ohdio.client.errors import ApiError, ApiUnreachable, ItemRefused, LinksRefused, refusal_of

__all__ = ["ApiError", "ApiUnreachable", "Client", "ItemRefused", "LinksRefused", "refusal_of"]
