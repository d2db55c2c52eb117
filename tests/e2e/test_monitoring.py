"""What services tell Prometheus, as Debian's Prometheus and promtool read it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from math import isnan

import httpx
import pytest

from tests.fixtures.product import Installer, Role, ServicesProduct, fresh_category
from tests.fixtures.prometheus import MONITORING, Prometheus, prometheus_of, queries_of_dashboard
from tests.fixtures.workers import wait_until
from tests.sites.catalogue import invent_book

_ROLES = (Role.API, Role.SCRAPER, Role.METADATA, Role.DOWNLOADER)


@pytest.fixture(scope="module")
def product(module_installer: Installer) -> ServicesProduct:
    return module_installer.services(downloaders=1)


@pytest.fixture(scope="module")
def prometheus(product: ServicesProduct, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    """A Prometheus that has seen services collect two books, and fail at one that is gone."""
    catalogue = fresh_category(3)
    first, second, third = catalogue.books
    gone = invent_book(third.id, seconds=2, is_gone=True)
    product.origin.offer(replace(catalogue, books=(first, second, gone)))
    targets = {role.value: [f"127.0.0.1:{product.metrics_ports[role, 0]}"] for role in _ROLES}
    with prometheus_of(tmp_path_factory.mktemp("prometheus"), targets) as asked:
        wait_until(lambda: asked.values('sum(up{job="ohdio"})') == [len(_ROLES)], 30, "all were scraped")
        product.collect(catalogue)
        product.wait_until_settled(3, within=60)
        yield asked


def told(product: ServicesProduct, role: Role, path: str) -> httpx.Response:
    return httpx.get(f"http://127.0.0.1:{product.metrics_ports[role, 0]}{path}", trust_env=False, timeout=60)


def promtool(*arguments: str, text: str = "") -> str:
    done = subprocess.run(
        ["/usr/bin/promtool", *arguments], input=text, capture_output=True, text=True, cwd=MONITORING, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("role", _ROLES, ids=lambda role: role.value)
class TestAService:
    def test_counts_under_names_that_promtool_finds_nothing_wrong_with(
        self, product: ServicesProduct, role: Role
    ) -> None:
        assert promtool("check", "metrics", text=told(product, role, "/metrics").text) == ""

    def test_says_that_it_is_well_and_nothing_else(self, product: ServicesProduct, role: Role) -> None:
        assert told(product, role, "/healthz").status_code == 200
        assert told(product, role, "/").status_code == 404


class TestAPrometheus:
    def test_hears_what_became_of_the_work(self, prometheus: Prometheus, product: ServicesProduct) -> None:
        expected = {
            'sum(ohdio_runs_total{stage="downloads", outcome="completed"})': 2,
            'sum(ohdio_runs_total{stage="metadata", outcome="failed"})': 1,
            'sum(ohdio_failures_total{stage="metadata", reason="ohdio.not_found"})': 1,
            "sum(ohdio_received_bytes_total)": product.origin.stats().media_bytes,
            "sum(ohdio_run_duration_seconds_count)": 2 + 3 + 1,
            "sum(ohdio_admission_wait_seconds_count)": 2 + 3 + 1,
            'ohdio_workers{service="downloader"}': 1,
        }
        for query, value in expected.items():
            wait_until(partial(prometheus.has, query, value), 30, f"{query} is {value}")

    @pytest.mark.parametrize("query", queries_of_dashboard())
    def test_has_data_for_every_query_of_the_dashboard(self, prometheus: Prometheus, query: str) -> None:
        wait_until(lambda: not all(map(isnan, prometheus.values(query))), 20, "there is data")

    def test_takes_every_alert_and_fires_none(self, prometheus: Prometheus) -> None:
        wait_until(
            lambda: all(rule["health"] == "ok" for rule in prometheus.get("rules")["groups"][0]["rules"]),
            30,
            "every rule was evaluated",
        )
        assert [alert for alert in prometheus.get("alerts")["alerts"] if alert["state"] == "firing"] == []
        # One that is pending has seen a single message that was refused, as on a busy machine; the next one is taken.
        wait_until(lambda: prometheus.get("alerts")["alerts"] == [], 60, "no alert is about to fire")


def test_each_alert_fires_when_it_should_and_not_otherwise() -> None:
    promtool("check", "config", "prometheus.yml")
    promtool("test", "rules", "alerts_test.yml")


def test_every_alert_has_a_test() -> None:
    alerts = {line.split()[2] for line in (MONITORING / "alerts.yml").read_text().splitlines() if "- alert:" in line}
    tested = {
        line.split()[1] for line in (MONITORING / "alerts_test.yml").read_text().splitlines() if "alertname:" in line
    }
    assert tested == alerts
