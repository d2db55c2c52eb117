from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import httpx
import pika
import pika.exceptions
import psutil
import pytest
from pika.adapters.blocking_connection import BlockingChannel

from devservers.rabbitmq import Rabbit, RabbitServer

pytestmark = pytest.mark.full  # of a server that only developers start: tests that use it would notice

PERSISTENT = pika.BasicProperties(delivery_mode=2)


@contextmanager
def channel(url: str, blocked_timeout: float = 5) -> Iterator[BlockingChannel]:
    parameters = pika.URLParameters(url)
    parameters.blocked_connection_timeout = blocked_timeout
    connection = pika.BlockingConnection(parameters)
    opened = connection.channel()
    opened.confirm_delivery()
    try:
        yield opened
    finally:
        if connection.is_open:
            connection.close()


@pytest.fixture
def server_url(rabbitmq_server: RabbitServer) -> str:
    name = uuid4().hex
    rabbitmq_server.create_vhost(name)
    return rabbitmq_server.url(name)


class TestRabbitServer:
    def test_virtual_hosts_do_not_see_each_other(self, rabbitmq: Rabbit, vhost_url: str) -> None:
        rabbitmq.create_vhost("another")
        with channel(vhost_url) as one, channel(rabbitmq.url("another")) as other:
            one.queue_declare("mine")
            with pytest.raises(pika.exceptions.ChannelClosedByBroker, match="no queue 'mine'"):
                other.queue_declare("mine", passive=True)

    def test_a_deleted_virtual_host_is_gone(self, rabbitmq: Rabbit) -> None:
        rabbitmq.create_vhost("short-lived")
        rabbitmq.delete_vhost("short-lived")
        with pytest.raises(httpx.HTTPStatusError, match="404"):
            rabbitmq.manage("GET", "vhosts/short-lived")

    def test_a_persistent_message_survives_kill_9(self, rabbitmq_server: RabbitServer, server_url: str) -> None:
        with channel(server_url) as opened:
            opened.queue_declare("kept", durable=True)
            opened.basic_publish("", "kept", b"still here", PERSISTENT)
        # A confirmed message is on the disk; of the queue itself RabbitMQ writes the name up to two seconds later.
        rabbitmq_server.control("eval", "mnesia:sync_log().")
        rabbitmq_server.kill()
        assert not rabbitmq_server.is_running()
        rabbitmq_server.start()
        with channel(server_url) as opened:
            assert opened.basic_get("kept")[2] == b"still here"

    def test_a_memory_alarm_blocks_publishers_until_it_is_cleared(
        self, rabbitmq_server: RabbitServer, server_url: str
    ) -> None:
        with channel(server_url) as opened:
            opened.queue_declare("blocked")
        rabbitmq_server.raise_memory_alarm()
        with (
            channel(server_url, blocked_timeout=0.5) as opened,
            pytest.raises(pika.exceptions.ConnectionBlockedTimeout),
        ):
            opened.basic_publish("", "blocked", b"held back")
        rabbitmq_server.clear_memory_alarm()
        with channel(server_url) as opened:
            opened.basic_publish("", "blocked", b"let through")

    def test_stop_leaves_nothing_behind_not_even_epmd(self, rabbitmq_server: RabbitServer) -> None:
        processes = rabbitmq_server.processes()
        assert "epmd" in {process.name() for process in processes if process.status() != psutil.STATUS_ZOMBIE}
        rabbitmq_server.stop()
        assert not any(process.is_running() for process in processes)
