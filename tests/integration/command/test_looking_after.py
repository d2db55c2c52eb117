"""What a person does to look after an ohdio that runs: commands, run as processes that talk to a running API."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from ohdio.datadir import DataDirectory
from ohdio_api.first_visit import first_code, is_link
from ohdio_client.instance import Instance
from ohdio_core.domain.queue import StopReason
from ohdio_core.sentences import legacy
from ohdio_core.work.outcome import Again, Done, PutBack
from tests.fixtures.api import Api
from tests.integration.command.running import ohdio
from tests.integration.command.test_connection import NOBODY, run


def live(api: Api, service: str) -> None:
    """Announce a live worker process of a service."""
    api.engine.execute(
        "INSERT INTO workers (id, service, threads, host, pid, version) VALUES (:id, :service, 1, 'here', 1, '0')",
        id=uuid4(),
        service=service,
    )


class TestStatus:
    def test_says_what_can_work_and_what_is_missing(self, api: Api) -> None:
        for service in ("scraper", "metadata"):
            live(api, service)
        said = ohdio(api, "status", code=1).stdout
        assert f"ohdio 0.1.0 runs at {api.url}." in said
        assert "database  answers" in said
        assert "library   can be used" in said
        assert "workers   1 metadata, 1 scraper, no downloader" in said

        live(api, "downloader")
        assert ohdio(api, "status", code=0).stdout.splitlines()[-1] == "0 books."

    def test_is_the_same_for_programs(self, api: Api) -> None:
        told = json.loads(ohdio(api, "status", "--json", code=1).stdout)
        assert told["version"]["version"] == "0.1.0"
        assert told["health"]["is_database_there"]
        assert told["stats"]["total"] == 0


class TestReset:
    def test_begins_what_waits_and_what_runs_afresh_and_nothing_else(self, api: Api) -> None:
        running, waiting, paused, failed = api.engine.items(4)
        api.engine.execute("UPDATE queue_items SET status = 'paused' WHERE id = :id", id=paused)
        api.engine.execute("UPDATE queue_items SET status = 'failed', attempts = 5 WHERE id = :id", id=failed)
        api.engine.worker(threads=1)
        claimed = api.engine.start(api.engine.admit()[0])
        assert claimed.id == running
        api.engine.execute(
            "UPDATE queue_items SET attempts = 3, next_attempt_at = now() + interval '1 hour' WHERE id = :id",
            id=waiting,
        )
        api.engine.execute("UPDATE queue_items SET attempts = 4 WHERE id = :id", id=running)

        said = ohdio(api, "reset").stdout
        assert said.startswith("Beginning afresh: 2 books.\n4 books: ")
        assert api.engine.beat(claimed).stop_reason is StopReason.RESET
        api.engine.finish(claimed, PutBack(StopReason.RESET))

        items = {number: api.item(number) for number in (running, waiting, paused, failed)}
        assert [items[number]["attempts"] for number in (running, waiting)] == [0, 0]
        assert items[waiting]["next_attempt_at"] is None
        assert [items[number]["status"] for number in (paused, failed)] == ["paused", "failed"]

    def test_of_an_empty_queue_says_so(self, api: Api) -> None:
        assert ohdio(api, "reset").stdout.startswith("Nothing waits or runs, so there is nothing to begin afresh.")


class TestReconcile:
    def test_takes_back_the_work_of_the_dead_and_sends_lost_messages_again(self, api: Api) -> None:
        api.engine.items(3)
        api.engine.worker()
        admitted = api.engine.admit()
        held = api.engine.start(admitted[0])
        api.engine.finish(api.engine.start(admitted[1]), Again(legacy("The connection was cut.")))
        api.engine.pass_time(timedelta(hours=1))
        api.engine.keep_workers_alive()

        told = json.loads(ohdio(api, "reconcile", "--json").stdout)
        assert told == {"taken_back": 1, "due": 1, "sent_again": 1}
        assert not api.engine.finish(held, Done()), "its work is another's now"
        assert ohdio(api, "reconcile").stdout == "Nothing had to be put right.\n"


class TestVersion:
    def test_names_the_one_that_is_running_too(self, api: Api, tmp_path: Path) -> None:
        said = run(tmp_path, "--version", OHDIO_API=api.url)
        assert said.stdout.splitlines()[0] == "ohdio 0.1.0"
        assert said.stdout.splitlines()[-1] == f"The ohdio that runs at {api.url}: 0.1.0"
        assert (said.returncode, said.stderr) == (0, "")

    def test_is_told_also_where_nobody_answers_or_the_address_is_wrong(self, tmp_path: Path) -> None:
        for address in (NOBODY, "no address"):
            said = run(tmp_path, "--version", OHDIO_API=address)
            assert said.returncode == 0
            assert said.stdout.startswith("ohdio 0.1.0\nTo update: ")
            assert "The version of the ohdio that is running cannot be told: " in said.stdout

    def test_of_the_api_says_how_it_is_updated(self, api: Api) -> None:
        told = api.get("/version")
        assert told["version"] == "0.1.0"
        assert told["how_to_update"].startswith("To update: ")
        assert told["how_to_update_message"]["id"] == "update.checkout"


class TestTheAddressForOthers:
    def test_is_named_with_the_token(self, tmp_path: Path) -> None:
        beside = run(tmp_path, "token", OHDIO_PUBLIC_URL="http://nas.example:8000")
        assert "Other machines reach this ohdio at http://nas.example:8000.\n" in beside.stderr
        assert len(beside.stdout.splitlines()) == 1

    def test_is_that_of_the_one_that_runs(self, tmp_path: Path) -> None:
        directory = DataDirectory(tmp_path / "ohdio")
        with directory:
            directory.announce(Instance(NOBODY, "a secret", "/srv/books", "http://nas.example:8000"))
            said = json.loads(run(tmp_path, "token", "--json").stdout)
        assert said["token"] == "a secret"
        assert said["public_url"] == "http://nas.example:8000"
        assert said["code"] == first_code("a secret")
        address, _, key = said["link"].partition("?key=")
        assert address == "http://nas.example:8000/login/link"
        assert is_link(key, "a secret")

    def test_is_named_by_a_gateway_of_its_own_too(self, tmp_path: Path) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "ohdio_api.token"],
            env={**os.environ, "XDG_DATA_HOME": str(tmp_path), "OHDIO_PUBLIC_URL": "http://nas.example:8000"},
            capture_output=True,
            text=True,
            check=True,
        )
        named, code, link = done.stderr.splitlines()
        assert named == "Other machines reach this ohdio at http://nas.example:8000."
        assert first_code(done.stdout.strip())[3:] in code
        assert "http://nas.example:8000/login/link?key=" in link
        assert len(done.stdout.splitlines()) == 1
