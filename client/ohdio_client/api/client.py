"""One API, by what can be asked of it. What a command does not ask is not imported."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Self

from ohdio_client.api.transport import SHORT_TIMEOUT, Transport

if TYPE_CHECKING:
    from ohdio_client.api.accounts import AccountRoutes
    from ohdio_client.api.books import BookRoutes
    from ohdio_client.api.channels import ChannelRoutes
    from ohdio_client.api.conversions import ConversionRoutes
    from ohdio_client.api.feeds import FeedRoutes
    from ohdio_client.api.follows import FollowRoutes
    from ohdio_client.api.imports import ImportRoutes
    from ohdio_client.api.links import LinkRoutes
    from ohdio_client.api.portable import PortableRoutes
    from ohdio_client.api.queue import QueueRoutes
    from ohdio_client.api.scans import ScanRoutes
    from ohdio_client.api.settings import SettingRoutes
    from ohdio_client.api.verification import VerificationRoutes
    from ohdio_core.schemas.health import HealthReport, Version
    from ohdio_core.schemas.workers import WorkerView


class Client:
    """Talks to one API.

    Every request may raise ``ApiError`` where the API refuses, and ``ApiUnreachable`` where it does not answer.

    Args:
        url: Of the API, without a path.
        token: The secret that it asks for, if it does.
    """

    def __init__(self, url: str, token: str | None = None) -> None:
        self._transport = Transport(url, token)
        self.url = self._transport.url

    def close(self) -> None:
        """Close its connections."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def is_alive(self) -> bool:
        """Return whether anybody answers."""
        return self._transport.is_alive()

    def version(self) -> Version:
        """Return which version answers, and how it is updated."""
        from ohdio_core.schemas.health import Version

        return self._transport.read(Version, "version", timeout=SHORT_TIMEOUT)

    def health(self) -> HealthReport:
        """Return how everything is that work needs."""
        from ohdio_core.schemas.health import HealthReport

        return self._transport.read(HealthReport, "health")

    def workers(self) -> Sequence[WorkerView]:
        """Return the worker processes, each with the stage that it serves."""
        from ohdio_core.schemas.workers import Workers

        return self._transport.read(Workers, "workers").items

    @cached_property
    def queue(self) -> QueueRoutes:
        """The queue."""
        from ohdio_client.api.queue import QueueRoutes

        return QueueRoutes(self._transport)

    @cached_property
    def scans(self) -> ScanRoutes:
        """Scans."""
        from ohdio_client.api.scans import ScanRoutes

        return ScanRoutes(self._transport)

    @cached_property
    def follows(self) -> FollowRoutes:
        """What is followed."""
        from ohdio_client.api.follows import FollowRoutes

        return FollowRoutes(self._transport)

    @cached_property
    def feeds(self) -> FeedRoutes:
        """Addresses by which podcast apps hear parts of the library."""
        from ohdio_client.api.feeds import FeedRoutes

        return FeedRoutes(self._transport)

    @cached_property
    def portable(self) -> PortableRoutes:
        """What people have decided, to be taken elsewhere."""
        from ohdio_client.api.portable import PortableRoutes

        return PortableRoutes(self._transport)

    @cached_property
    def channels(self) -> ChannelRoutes:
        """Who is told of what becomes of books."""
        from ohdio_client.api.channels import ChannelRoutes

        return ChannelRoutes(self._transport)

    @cached_property
    def accounts(self) -> AccountRoutes:
        """Who may sign in."""
        from ohdio_client.api.accounts import AccountRoutes

        return AccountRoutes(self._transport)

    @cached_property
    def settings(self) -> SettingRoutes:
        """The settings of all services."""
        from ohdio_client.api.settings import SettingRoutes

        return SettingRoutes(self._transport)

    @cached_property
    def books(self) -> BookRoutes:
        """Books, in the queue and in the library."""
        from ohdio_client.api.books import BookRoutes

        return BookRoutes(self._transport)

    @cached_property
    def verification(self) -> VerificationRoutes:
        """What is known of the files in the library."""
        from ohdio_client.api.verification import VerificationRoutes

        return VerificationRoutes(self._transport)

    @cached_property
    def conversions(self) -> ConversionRoutes:
        """Books that are to become another form."""
        from ohdio_client.api.conversions import ConversionRoutes

        return ConversionRoutes(self._transport)

    @cached_property
    def imports(self) -> ImportRoutes:
        """Folders of books that people had."""
        from ohdio_client.api.imports import ImportRoutes

        return ImportRoutes(self._transport)

    @cached_property
    def links(self) -> LinkRoutes:
        """What takes links, or finds some."""
        from ohdio_client.api.links import LinkRoutes

        return LinkRoutes(self._transport)
