"""Connections and units of work: one request or one step of work is one short transaction."""

from __future__ import annotations

import select
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, cast

import psycopg
from sqlalchemy import Connection, CursorResult, Engine, Executable, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import Session

from ohdio_core.db.outbox import Deliver, Outbox, nowhere
from ohdio_core.db.pool import ShrinkingPool
from ohdio_core.db.topics import Topic
from ohdio_core.meanwhile import meanwhile
from ohdio_core.messages import Message

# No frozen or cut-off holder of a lock may stop the others for longer than this.
_GUARDS = {
    "idle_in_transaction_session_timeout": "10s",
    "lock_timeout": "5s",
    "statement_timeout": "30s",
}
# Statements of ours are short: to start helpers for one, or to compile it, takes longer than the statement itself.
_AS_IT_IS = {"max_parallel_workers_per_gather": "0", "jit": "off"}
#: Connections of a pool that stay open once nobody uses them: each is a process of PostgreSQL, of 8 MB and more. Work
#: uses one or two at a time; whoever finds them busy opens another one, which is closed afterwards.
_KEPT = 8
_BEYOND = 2
_KEEPALIVES = {
    "connect_timeout": 5,
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}

# In a bucket, or on another disk, the files of one book are copied for longer than a transaction may rest.
_STIRS_EVERY = 3.0  # seconds

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None


def sqlalchemy_url(database_url: str) -> str:
    """Name the driver in a plain PostgreSQL URL."""
    url = make_url(database_url)
    return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def connection_arguments(application: str) -> dict[str, object]:
    """Return the libpq options that every connection of ours carries."""
    options = " ".join(f"-c {name}={value}" for name, value in {**_GUARDS, **_AS_IT_IS}.items())
    return {**_KEEPALIVES, "application_name": application, "options": options}


def make_engine(database_url: str, *, application: str, pool_size: int = 5) -> Engine:
    """Open a pool of hardly more than ``pool_size`` connections, each with our guards."""
    kept = min(pool_size, _KEPT)
    engine = create_engine(
        sqlalchemy_url(database_url),
        poolclass=ShrinkingPool,
        pool_size=kept,
        max_overflow=pool_size - kept + _BEYOND,
        pool_use_lifo=True,  # the one that was used last has all that it needs in its memory
        pool_timeout=10,
        pool_reset_on_return="rollback",
        connect_args=connection_arguments(application),
    )
    event.listen(engine, "checkout", _refuse_closed)
    return engine


def _refuse_closed(connection: psycopg.Connection[Any], *_: object) -> None:
    """Raise where the other side has closed an idle connection, so that the pool opens new ones.

    PostgreSQL sends a message when it is restarted, so there is something to be read. Polling for it costs no round
    trip, as the pool's own "pre-ping" would.

    Raises:
        InvalidatePoolError: It is closed.
    """
    watch = select.poll()
    watch.register(connection.fileno(), select.POLLIN)
    if watch.poll(0):
        raise InvalidatePoolError


def _stir(connection: psycopg.Connection[Any]) -> bool:
    """Show the server that a transaction is not forgotten; return False where it has ended."""
    try:
        connection.execute("SELECT")  # waits for a statement of another thread
    except psycopg.Error:
        return False
    return True


class UnitOfWork:
    """One transaction, and what is delivered once it is committed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._session: Session | None = None
        self.outbox = Outbox()

    def execute(self, statement: Executable, parameters: Parameters = None) -> CursorResult[*tuple[Any, ...]]:
        """Run a statement, without what an ORM session would add to it."""
        return self._connection.execute(statement, parameters)

    @property
    def session(self) -> Session:
        """Return an ORM session of this transaction; made when it is first used."""
        if self._session is None:
            self._session = Session(self._connection, expire_on_commit=False, autoflush=False)
        return self._session

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what the block has executed, and no more, when it raises."""
        with self._connection.begin_nested():
            yield

    @contextmanager
    def seeing_to_files(self) -> Iterator[None]:
        """Keep this transaction through the block, which moves files or looks for many, however long that takes.

        What it has locked stays so; whoever else wants that is refused after five seconds, as always. A process that
        dies or is frozen loses it as soon as any other.
        """
        driver = cast("psycopg.Connection[Any]", self._connection.connection.driver_connection)
        with meanwhile(partial(_stir, driver), every=_STIRS_EVERY):
            yield

    def publish(self, message: Message) -> None:
        """Send a message after the commit."""
        self.outbox.messages.append(message)

    def changed(self, topic: Topic, row_id: int = 1) -> None:
        """Announce after the commit that a row changed, or the one row that there is."""
        self.outbox.changes.add((topic.name, row_id))

    def wake(self, stage: str) -> None:
        """Wake admission after the commit, as work of this stage may have become due or a slot free."""
        self.outbox.wakes.add(stage)

    def flush(self) -> None:
        """Write what the ORM still holds back."""
        if self._session is not None:
            self._session.flush()


class Database:
    """Access to PostgreSQL. Nothing else in the project commits.

    Args:
        engine: A pool of connections.
        deliver: Called after each commit with what the unit of work collected. Must not block.
    """

    def __init__(self, engine: Engine, deliver: Deliver = nowhere) -> None:
        self.engine = engine
        self.deliver = deliver
        # The same pool: without BEGIN and COMMIT a single statement takes one round trip instead of three.
        self._autocommit = engine.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def unit_of_work(self) -> Iterator[UnitOfWork]:
        """Yield a unit of work; commit and deliver when the block ends well, roll back when it raises."""
        with self.engine.begin() as connection:
            work = UnitOfWork(connection)
            yield work
            work.flush()
        self.deliver(work.outbox)

    @contextmanager
    def statement(self) -> Iterator[UnitOfWork]:
        """Yield a unit of work whose every statement commits by itself; deliver nothing when it raises."""
        with self._autocommit.connect() as connection:
            work = UnitOfWork(connection)
            yield work
        self.deliver(work.outbox)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Read without changing anything; each query sees what is committed by then."""
        with Session(self._autocommit, expire_on_commit=False, autoflush=False) as session:
            yield session

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()
