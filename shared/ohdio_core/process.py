"""The objects of every process, and the life of a worker process."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from importlib.metadata import version
from typing import Protocol

import structlog
from sqlalchemy import inspect

from ohdio_core.composition.engine import most_per_site, timing_of
from ohdio_core.db.follower import Follower
from ohdio_core.db.notify import Notifier
from ohdio_core.db.outbox import Outbox
from ohdio_core.db.session import Database, make_engine
from ohdio_core.db.unreachable import naming_the_setting
from ohdio_core.live_settings import SETTINGS, SettingsNow, fixed_by_environment, read_stored
from ohdio_core.logging import configure_logging, set_log_level
from ohdio_core.messaging.brokers import Broker
from ohdio_core.messaging.consumers import QueueWorker
from ohdio_core.messaging.publisher import Publisher
from ohdio_core.metrics import MetricsServer, Reachability, exposition
from ohdio_core.reasons import reason_in_sentence
from ohdio_core.sentences import sentence
from ohdio_core.setting_group import Group
from ohdio_core.settings import InvalidSettings, MetricsSettings, WorkerSettings, exit_with
from ohdio_core.vault import SecretKeys, Vault
from ohdio_core.work.admit import Admission, MostPerSite
from ohdio_core.work.batch import BatchWork
from ohdio_core.work.beat import Heartbeat, WorkerIdentity
from ohdio_core.work.dispatcher import Dispatcher
from ohdio_core.work.run_metrics import begin_at_zero
from ohdio_core.work.runner import Runner, Work
from ohdio_core.work.schedules import Schedule
from ohdio_core.work.stages import STAGES, Stage
from ohdio_core.work.timing import Timing
from ohdio_core.work.upkeep import Upkeep

log = structlog.get_logger(__name__)

_UPKEEP_EVERY = timedelta(minutes=5)


class Node:
    """A process's connection to the others: database, publisher, events, admission.

    Args:
        publishing: The broker that messages are sent through.
        sweeps: The stages that this process works for, and so looks after.
        most_per_site: How many page requests to one site may be in hand at once (see ``Admission``).
        settings: Kept as the database has them while the node runs.
        keys: Those by which secrets are encrypted; none, if None.
    """

    def __init__(
        self,
        database_url: str,
        publishing: Broker,
        *,
        application: str,
        timing: Timing,
        sweeps: Iterable[Stage] = (),
        pool_size: int = 5,
        most_per_site: MostPerSite = None,
        settings: SettingsNow[Group] | None = None,
        keys: SecretKeys | None = None,
    ) -> None:
        self.timing = timing
        self.database = Database(make_engine(database_url, application=application, pool_size=pool_size), self._deliver)
        self.vault = Vault(self.database, keys or SecretKeys())
        self.publisher = Publisher(publishing)
        self.notifier = Notifier(database_url)
        admissions = [
            Admission(stage, timing, most_per_site if stage.slots.is_paced else None) for stage in STAGES.values()
        ]
        self.dispatcher = Dispatcher(self.database, admissions, timing, sweeps=sweeps)
        self.settings = settings or SettingsNow(Group())
        self._follower = Follower(database_url, SETTINGS, lambda: self.settings.take(read_stored(self.database)))

    def _deliver(self, outbox: Outbox) -> None:
        if outbox.messages:
            self.publisher.publish(outbox.messages)
        if outbox.changes:
            self.notifier.announce(outbox.changes)
        if outbox.wakes:
            self.dispatcher.wake(outbox.wakes)

    def schedule(self, schedule: Schedule) -> None:
        """Add something that is done by the clock from now on, by this process or another one of its kind."""
        self.dispatcher.schedules = (*self.dispatcher.schedules, schedule)

    def check_database(self) -> None:
        """Check that PostgreSQL answers, and has our tables.

        Raises:
            InvalidSettings: It does not; the sentence says why.
        """
        with naming_the_setting(), self.database.engine.connect() as connection:
            if not inspect(connection).has_table("queue_control"):
                raise InvalidSettings(
                    sentence(
                        "setting.database_without_tables",
                        "DATABASE_URL leads to a database without our tables: run python -m ohdio_core.migrate.",
                    )
                )

    def reachability(self) -> Reachability:
        """Return what tells Prometheus whether database and broker answer."""
        return Reachability(self.is_database_there, lambda: not self.publisher.is_refused)

    def is_database_there(self) -> bool:
        """Return whether the database has answered lately."""
        return self.dispatcher.is_database_there

    def start(self) -> None:
        """Begin to publish, announce and admit, by what settings are stored."""
        self._follower.start()
        self.publisher.start()
        self.notifier.start()
        self.dispatcher.start()

    def end(self) -> None:
        """Stop, after everything that is left has been published and announced."""
        self._follower.end()
        self.dispatcher.end()
        self.publisher.end()
        self.notifier.end()
        self.database.close()


class Beside(Protocol):
    """Something that a worker does in a thread of its own, beside its messages."""

    def start(self) -> None:
        """Begin."""

    def end(self) -> None:
        """Stop, soon."""


class StageWorker:
    """The threads of this process that do one stage's work.

    Args:
        batch_work: Does rows of the stage's ``batches`` together.
        chore: What is to be tidied up at the start and every few minutes.
        beside: What else goes on as long as the worker does.
    """

    def __init__(
        self,
        node: Node,
        stage: Stage,
        consuming: Broker,
        *,
        threads: int,
        work: Work,
        batch_work: BatchWork | None = None,
        chore: Callable[[], None] | None = None,
        beside: Sequence[Beside] = (),
    ) -> None:
        worker = WorkerIdentity(
            service=stage.service, threads=threads, environment=fixed_by_environment(node.settings.given)
        )
        begin_at_zero(stage)
        self.heartbeat = Heartbeat(node.database, stage, worker, node.timing)
        self.runner = Runner(node.database, stage, self.heartbeat, node.timing, work, batch_work=batch_work)
        self.queue = QueueWorker(consuming, stage.name, threads)
        upkeep = () if chore is None else (Upkeep(chore, every=_UPKEEP_EVERY),)
        self.beside: Sequence[Beside] = (*upkeep, *beside)

    def start(self) -> None:
        """Announce the worker and begin to take messages."""
        self.heartbeat.start()
        self.queue.start()
        for each in self.beside:
            each.start()

    def stop(self, *, grace: float = 8.0) -> None:
        """Put running work back, from where it goes on later, and stop."""
        self.runner.shut_down()
        for each in self.beside:
            each.end()
        self.queue.stop(grace=grace)
        self.heartbeat.end()


def stop_together(workers: Sequence[StageWorker]) -> None:
    """Stop workers at the same time, so that each has the whole grace."""
    with ThreadPoolExecutor(len(workers)) as pool:
        list(pool.map(StageWorker.stop, workers))


def serve(
    settings: SettingsNow[WorkerSettings],
    stages: Sequence[Stage],
    *,
    threads: int,
    compose: Callable[[Node, Broker], Sequence[StageWorker]],
) -> None:
    """Run the worker process of some stages until SIGTERM: connect, work, and put running work back at the end.

    Ends with code 2, and one line that names the setting, when something that it needs is not there.

    Args:
        stages: The first gives the process its name.
        threads: Of all of them together.
    """
    # Imported here: one process that has everything in it takes what it needs of this module without pika.
    from ohdio_core.messaging.rabbitmq import prepare_rabbitmq, rabbitmq_broker

    given = settings.given
    configure_logging(level=given.log_level, as_json=given.log_json)
    settings.watch(lambda: set_log_level(settings.now.log_level))
    given.apply_umask()
    try:
        prepare_rabbitmq(given.rabbitmq_url, given.queue_type)
        node = Node(
            given.database_url,
            rabbitmq_broker(given.rabbitmq_url, queue_type=given.queue_type, patience=1.0),
            application=f"ohdio-{stages[0].service}",
            timing=timing_of(given),
            sweeps=stages,
            pool_size=threads + 3,
            most_per_site=lambda: most_per_site(settings.now),
            settings=settings,
            keys=SecretKeys(given.key),
        )
        node.check_database()
        workers = compose(node, rabbitmq_broker(given.rabbitmq_url, queue_type=given.queue_type))
        shown = metrics_server(given, lambda: exposition(node.reachability()), node.is_database_there)
    except InvalidSettings as error:
        exit_with(error)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    with log_life(stages[0].service) as log_started:
        node.start()
        for worker in workers:
            worker.start()
        if shown is not None:
            shown.start()
        log_started(threads=threads, library=given.library_location)
        # Not one long wait: a signal that the kernel gives to another thread does not end the main thread's.
        while not ended.wait(1.0):
            pass
        stop_together(workers)
        if shown is not None:
            shown.end()
        node.end()


def metrics_server(
    settings: MetricsSettings, metrics: Callable[[], bytes], is_healthy: Callable[[], bool]
) -> MetricsServer | None:
    """Return the server of ``/metrics`` and ``/healthz`` that settings ask for; None where they do not.

    Raises:
        InvalidSettings: The port cannot be opened.
    """
    if settings.metrics_port is None:
        return None
    try:
        return MetricsServer(settings.metrics_host, settings.metrics_port, metrics, is_healthy)
    except OSError as error:
        raise InvalidSettings(
            sentence(
                "setting.metrics_port",
                "OHDIO_METRICS_PORT is wrong: port {port} of {host} cannot be opened ({reason}). Choose another one.",
                port=str(settings.metrics_port),
                host=settings.metrics_host,
                reason=reason_in_sentence(error),
            )
        ) from None


@contextmanager
def log_life(service: str) -> Iterator[Callable[..., None]]:
    """Yield a function that logs that the process has started, with its version; log after the block that it has ended.

    The function takes further facts to log: its address, threads, library.

    Args:
        service: What the process is: one of the services, or "all".
    """
    is_started = False

    def log_started(**facts: object) -> None:
        nonlocal is_started
        is_started = True
        log.info("ohdio started", service=service, version=version("ohdio-core"), **facts)

    try:
        yield log_started
    finally:
        if is_started:
            log.info("ohdio ended", service=service)
