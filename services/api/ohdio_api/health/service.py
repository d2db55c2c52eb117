"""Asking whether this process can do its work."""

from __future__ import annotations

from http import HTTPStatus

from ohdio_api.problems import Refusal
from ohdio_core.process import Node
from ohdio_core.settings import InvalidSettings


class HealthService:
    """Whether what this process needs is there."""

    def __init__(self, node: Node) -> None:
        self.node = node

    def require_ready(self) -> None:
        """Make sure that the database answers and has our tables.

        Raises:
            Refusal: It does not; the sentence says why.
        """
        try:
            self.node.check_database()
        except InvalidSettings as error:
            raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, str(error), headers={"Retry-After": "2"}) from None
