"""What a request must pass before any endpoint sees it."""

from __future__ import annotations

from ohdio_api.guards.browser import SameSiteOnly
from ohdio_api.guards.host import ThisMachineOnly
from ohdio_api.guards.size import BoundedBody
from ohdio_api.guards.token import RequireToken

__all__ = ["BoundedBody", "RequireToken", "SameSiteOnly", "ThisMachineOnly"]
