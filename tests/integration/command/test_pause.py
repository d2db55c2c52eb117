"""``ohdio pause`` and ``ohdio resume``, run as processes that talk to a running API."""

from __future__ import annotations

import json

from ohdio_client.cli.pause import ALL_PAUSED
from tests.fixtures.api import Api
from tests.integration.api.test_download_hours import outside_hours
from tests.integration.api.test_room import held
from tests.integration.command.running import ohdio


class TestResume:
    def test_without_numbers_lets_all_go_on_and_says_how_many_were_paused_by_number(self, api: Api) -> None:
        first, second, _ = api.engine.items(3)
        ohdio(api, "pause", str(first), str(second))
        assert ohdio(api, "pause").stdout == f"{ALL_PAUSED}\n"

        assert ohdio(api, "resume").stdout == "Downloads go on, also 2 books paused by number.\n"

        stats = api.get("/queue/stats")
        assert (stats["is_paused"], stats["queued"], stats["paused"]) == (False, 3, 0)
        assert ohdio(api, "resume").stdout == "Downloads go on.\n"
        assert json.loads(ohdio(api, "resume", "--json").stdout) == {"is_paused": False, "changed": 0}

    def test_withdraws_a_pause_that_has_not_come_about_yet(self, api: Api) -> None:
        api.engine.worker()
        api.engine.items(1)
        claimed = api.engine.admit_and_start()
        assert f"  {claimed.id}  " in (said := ohdio(api, "pause", str(claimed.id)).stdout)
        assert said.endswith(": stops now\n")

        ohdio(api, "resume")

        assert api.engine.row(claimed.id).stop_requested is None


def test_the_queue_says_what_lets_a_paused_book_go_on(api: Api) -> None:
    (number,) = api.engine.items(1)
    ohdio(api, "pause", str(number))
    assert f"You paused it: `ohdio resume {number}` lets it go on." in ohdio(api, "queue").stdout


def test_what_waits_for_room_goes_on_only_when_it_is_named(api: Api) -> None:
    (number,) = api.engine.items(1)
    held(api, [number])
    assert "there is no room for its 300 MiB" in (said := ohdio(api, "queue").stdout)
    assert f"`ohdio resume {number}` collects it anyway" in said
    assert ohdio(api, "resume").stdout == "Downloads go on.\n"
    assert api.item(number)["status"] == "paused"
    ohdio(api, "resume", str(number))
    assert api.item(number)["status"] == "queued"


def test_words_and_links_pause_and_resume_what_they_name(api: Api) -> None:
    first, second, third = api.engine.items(3)
    for number, title in ((first, "Le phare, tome 1"), (second, "Le phare, tome 2"), (third, "Le talus")):
        api.engine.execute("UPDATE audiobooks SET title = :title WHERE id = :id", title=title, id=api.book_of(number))

    assert ohdio(api, "pause", "phare").stdout.splitlines() == [
        "Paused: 2 books.",
        f"  {first}  Le phare, tome 1: paused",
        f"  {second}  Le phare, tome 2: paused",
    ]
    link = api.item(second)["audiobook"]["url"]
    assert "tome 2: queued" in ohdio(api, "resume", link).stdout
    assert [api.item(number)["status"] for number in (first, second, third)] == ["paused", "queued", "queued"]
    assert ohdio(api, "resume", "talus", code=2).stderr == (
        "talus: no such book is paused, or waits for the download hours.\n"
    )
    assert ohdio(api, "pause", "nobody", code=2).stderr == "nobody: no such book waits or is being downloaded.\n"


def test_words_find_what_waits_for_the_download_hours(api: Api) -> None:
    wanted, other = api.engine.titled("Le phare", "Le talus")
    with outside_hours(api):
        assert ohdio(api, "resume", "phare").stdout.startswith("Resumed: 1 book.\n")
        assert [api.item(number)["is_outside_hours"] for number in (wanted, other)] == [False, True]
