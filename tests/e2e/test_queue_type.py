"""A running installation is given queues of another type, one process after another, while it downloads."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from devservers.rabbitmq import Rabbit
from tests.e2e.shelf import Shelf
from tests.fixtures.product import QUICK, Installer, Role, fresh_category

BOOKS = 8


@pytest.mark.full
def test_queues_become_quorum_queues_under_downloads_that_all_complete(installer: Installer, rabbitmq: Rabbit) -> None:
    product = installer.services(QUICK, downloaders=2)
    catalogue = fresh_category(BOOKS, seconds=4.0, rate=20_000)
    product.origin.offer(catalogue)
    product.collect(catalogue)
    product.wait_until(lambda: product.origin.stats().media_bytes > 0, 20, "the first book is on its way")

    for role, number in ((Role.SCRAPER, 0), (Role.METADATA, 0), (Role.DOWNLOADER, 0), (Role.DOWNLOADER, 1)):
        assert product.terminate(role, number) == 0
        product.spawn(role, OHDIO_QUEUE_TYPE="quorum")
    product.wait_until_settled(BOOKS, within=90)

    queues = rabbitmq.manage("GET", f"queues{urlsplit(product.rabbitmq_url).path}")
    assert {queue["type"] for queue in queues} == {"quorum"}
    assert {item["status"] for item in product.api.items()} == {"completed"}
    # What was stopped went on by Range: nothing came twice.
    assert product.origin.stats().media_bytes <= product.origin.weight() * 1.05
    Shelf(product.library).assert_sound(list(catalogue.books))
