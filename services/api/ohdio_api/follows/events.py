"""What watchers are told of follows."""

from __future__ import annotations

from collections.abc import Sequence

from ohdio_api.events.projection import Projection, Rows
from ohdio_api.follows.service import FollowService
from ohdio_core.schemas.follows import FollowView
from ohdio_core.work.stages import FOLLOWING


def follow_events(follows: FollowService) -> Sequence[Projection]:
    """Return what is told when follows change."""
    return (
        Rows(
            "follow",
            FollowView,
            FOLLOWING.topic,
            follows.follows,
            is_of_managers=True,
            interrupted=follows.interrupted,
        ),
    )
