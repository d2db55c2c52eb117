"""Work that downloads nothing: it takes time in chunks, reports progress, files its result and can die anywhere."""

from __future__ import annotations

import itertools
import os
import signal
from pathlib import Path

from ohdio_core.db.session import UnitOfWork
from ohdio_core.work.outcome import Done
from ohdio_core.work.run import Run
from tests.fakes.witness import Witness

#: Where a process can be made to die, once for each item that is named.
BEFORE_CLAIM, AFTER_CLAIM, AFTER_MOVE, IN_FINISH, BEFORE_ACK = DEATHS = (
    "before-claim",
    "after-claim",
    "after-move",
    "in-finish",
    "before-ack",
)


class Deaths:
    """Kills this process at given points, as ``kill -9`` would; each once, which a directory remembers.

    Args:
        spec: ``point:item`` words, separated by spaces.
    """

    def __init__(self, spec: str, directory: Path) -> None:
        self._pending = set(spec.split())
        self._directory = directory

    def maybe(self, point: str, item: int) -> None:
        name = f"{point}:{item}"
        if name not in self._pending:
            return
        try:
            (self._directory / name).touch(exist_ok=False)
        except FileExistsError:
            return
        os.kill(os.getpid(), signal.SIGKILL)


class FakeFetch:
    """The work of a test: ``seconds`` long, a chunk every ``chunk`` seconds.

    Args:
        library: Where a fetched item is filed, as an empty file; one that is there is not fetched again.
        poison: Items whose work kills the process whenever it comes to the fourth chunk.
        is_silent: Report no progress, as work without offsets.
    """

    def __init__(
        self,
        witness: Witness,
        library: Path,
        deaths: Deaths,
        *,
        seconds: float,
        chunk: float,
        poison: frozenset[int] = frozenset(),
        is_silent: bool = False,
    ) -> None:
        self._witness = witness
        self._library = library
        self._deaths = deaths
        self._seconds = seconds
        self._chunk = chunk
        self._poison = poison
        self._is_silent = is_silent
        self._runs = itertools.count()

    def __call__(self, run: Run) -> Done:
        item = run.claim.id
        self._deaths.maybe(AFTER_CLAIM, item)
        if not (self._library / str(item)).exists():
            self._fetch(run)
            (self._library / str(item)).touch(exist_ok=False)
            self._deaths.maybe(AFTER_MOVE, item)

        def effect(_: UnitOfWork) -> None:
            self._deaths.maybe(IN_FINISH, item)

        return Done(effect)

    def _fetch(self, run: Run) -> None:
        item, name = run.claim.id, f"{os.getpid()}-{next(self._runs)}"
        self._witness.write("start", item, name)
        if item in self._poison:
            run.wait(4 * self._chunk)
            os.kill(os.getpid(), signal.SIGKILL)
        chunks = round(self._seconds / self._chunk) if self._chunk else 0
        for done in range(0 if self._is_silent else run.progress, chunks):
            run.wait(self._chunk)
            self._witness.write("chunk", item, name)
            if not self._is_silent:
                run.report(done + 1)
        self._witness.write("end", item, name)
