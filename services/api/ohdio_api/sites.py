"""The API's own requests to sites: for people who wait for the answer, so they wait for their turn a little longer."""

from __future__ import annotations

from datetime import timedelta

from ohdio_core.current import Current
from ohdio_core.db.session import Database
from ohdio_core.pacing.politeness import SharedPoliteness
from ohdio_core.sentences import Sentence
from ohdio_core.sources.http import ClientSettings, HttpClientFactory, Politeness, wait_for_turn

_PATIENCE = timedelta(seconds=5)


class PatientPoliteness:
    """Waits for turns that are a few seconds away, where a worker would do something else meanwhile.

    Args:
        shared: Hands out the turns.
        patience: How long a request waits at most.
    """

    def __init__(self, shared: Politeness, patience: timedelta = _PATIENCE) -> None:
        self._shared = shared
        self._patience = patience

    def take_turn(self, key: str) -> None:
        """Wait for the site's next slot.

        Raises:
            Postponed: It is too far away.
        """
        wait_for_turn(self._shared, key, self._patience)

    def close(self, key: str, duration: timedelta, reason: Sentence) -> None:
        """Close this site: nobody asks it anything for a while."""
        self._shared.close(key, duration, reason)


def site_clients(
    database: Database, settings: Current[ClientSettings], page_interval: Current[timedelta]
) -> HttpClientFactory:
    """Make the clients for requests that people wait for.

    Args:
        page_interval: Time between two page requests to one site, over all processes.
    """
    return HttpClientFactory(settings, PatientPoliteness(SharedPoliteness(database, page_interval)))
