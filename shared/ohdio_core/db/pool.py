"""A pool of connections that closes those which nobody has used for a while."""

from __future__ import annotations

import time
from typing import cast

from sqlalchemy import QueuePool
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.util.queue import Queue

#: So many stay open, however long nobody uses them.
_KEPT = 2
#: Seconds in which nobody has used another. Opening it anew takes some 10 ms of two processes.
_RESTED = 15.0
_USED_AT = "used_at"


class ShrinkingPool(QueuePool):
    """Keeps open what was used lately: each connection is a process of PostgreSQL, of 8 MB and with time of 15.

    Sixteen books that come slowly use one or two at a time, and all that are kept within a burst of a second.
    """

    def _do_return_conn(self, record: ConnectionPoolEntry) -> None:
        record.info[_USED_AT] = time.monotonic()
        super()._do_return_conn(record)
        while (rested := self._take_rested()) is not None:
            # As the pool does with one that it has no room for.
            try:
                rested.close()
            finally:
                self._dec_overflow()

    def _take_rested(self) -> ConnectionPoolEntry | None:
        """Take the connection out that was returned first, unless it was lately or few are left."""
        returned = cast("Queue[ConnectionPoolEntry]", self._pool)  # used from its end
        with returned.mutex:
            if len(returned.queue) <= _KEPT:
                return None
            if time.monotonic() - returned.queue[0].info.get(_USED_AT, 0.0) <= _RESTED:
                return None
            return returned.queue.popleft()
