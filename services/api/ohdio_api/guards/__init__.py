"""What a request passes before any endpoint sees it."""

from __future__ import annotations

from ohdio_api.guards.blank import WithoutBlanks
from ohdio_api.guards.browser import SameSiteOnly
from ohdio_api.guards.size import TOO_LARGE, BoundedBody

__all__ = ["TOO_LARGE", "BoundedBody", "SameSiteOnly", "WithoutBlanks"]
