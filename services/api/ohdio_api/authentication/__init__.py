"""Who a request is from: one middleware that asks it, one dependency that answers it."""

from __future__ import annotations

from ohdio_api.authentication.app import Authentication
from ohdio_api.authentication.caller import Caller, caller_of
from ohdio_api.authentication.sessions import Sessions

__all__ = ["Authentication", "Caller", "Sessions", "caller_of"]
