"""A client of the API: typed answers, and errors that are sentences."""

from __future__ import annotations

from ohdio_client.api.client import Client
from ohdio_client.api.errors import ApiError, ApiUnreachable, ItemRefused, LinksRefused, refusal_of

__all__ = ["ApiError", "ApiUnreachable", "Client", "ItemRefused", "LinksRefused", "refusal_of"]
