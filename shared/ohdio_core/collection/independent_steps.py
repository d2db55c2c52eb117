"""Steps of which each is taken, whatever is wrong with the others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ohdio_core.errors import OhdioError


class IndependentSteps:
    """Runs steps of which each may fail, and keeps the last error."""

    def __init__(self) -> None:
        self.failure: OhdioError | None = None

    @contextmanager
    def step(self) -> Iterator[None]:
        """Run the block; an error of ours ends it, and is kept."""
        try:
            yield
        except OhdioError as error:
            self.failure = error

    def note(self, failure: OhdioError | None) -> None:
        """Keep the error of a step that has told it otherwise, if there was one."""
        self.failure = failure or self.failure

    def finish(self) -> None:
        """Raise the last error, if there was any.

        Raises:
            OhdioError: Of a step.
        """
        if self.failure is not None:
            raise self.failure
