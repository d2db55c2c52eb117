"""The broker of a single process, with exactly the middleware that we mean to have: none.

Retries, time limits, age limits and delays live in PostgreSQL (``ohdio_core.work``); dramatiq's own
would lose, repeat or kill long work.
"""

from __future__ import annotations

from dramatiq import Broker

from ohdio_core.messages import CONTRACTS
from ohdio_core.messaging.ours_only import OursOnlyStubBroker, read_tolerantly

__all__ = ["Broker", "in_process_broker"]


def in_process_broker() -> Broker:
    """Make the broker of a single process. What fails is a row in PostgreSQL, never a dead letter."""
    read_tolerantly()
    broker = OursOnlyStubBroker(middleware=[])
    # Before anybody takes messages: what is sent until then waits here, and is not sent again some seconds later.
    for contract in CONTRACTS:
        broker.declare_queue(contract.queue)
    return broker
