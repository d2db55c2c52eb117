"""``ohdio follow`` and ``ohdio follows``, run as processes that talk to a running API."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.fixtures.api import Api
from tests.integration.command.running import ohdio
from tests.integration.command.test_language import FRENCH

FEED = "https://podcasts.example/phare/feed.xml"


def test_a_link_is_followed_listed_paused_and_ended(api: Api) -> None:
    said = ohdio(
        api,
        "follow",
        FEED,
        "--newest",
        "3",
        "--title",
        "phare",
        "--at-most",
        "2",
        "--cap",
        "0.5",
        "--every",
        "2.5",
        "--keep-days",
        "30",
        "--speed",
        "500kB",
    ).stdout
    assert said == f"Followed: {FEED} (checked now).\n`ohdio follows` lists all that is followed.\n"
    (view,) = api.get("/follows")["items"]
    assert (view["take"], view["most_per_check"], view["check_every_hours"], view["keep_days"]) == (3, 2, 2.5, 30)
    assert view["most_gigabytes"] == 0.5
    assert (view["filters"]["title_include"], view["speed_limit_kb"]) == (["phare"], 500)
    known = ohdio(api, "follow", FEED, "--everything").stdout
    assert known.startswith(
        f"Followed already, as it was wished then: {FEED}. `ohdio follows {view['id']}` with options"
    )
    api.engine.execute("UPDATE follows SET title = 'Le phare', next_attempt_at = now() + interval '5 h'")
    assert ohdio(api, "follows").stdout.splitlines()[1].split("  ")[0:2] == [str(view["id"]), "Le phare"]
    assert "checked again in 5 h" in ohdio(api, "follows", "PHARE").stdout
    ohdio(api, "follows", "phare", "--keep", "10", "--as", "M4B")
    state = (
        "checked again in 5 h; only what its filters want, 2 at a time, up to 0.5 GB, every 2.5 h, keeps the newest 10"
    )
    assert state in ohdio(api, "follows").stdout
    assert api.get("/follows")["items"][0]["form"] == "m4b"
    typed = "podcasts.example/phare/feed.xml#top"
    assert ohdio(api, "follows", typed, "--pause").stdout == "Paused: Le phare.\n"
    assert json.loads(ohdio(api, "follows", "--json").stdout)["items"][0]["status"] == "paused"
    assert (
        ohdio(api, "follows", str(view["id"]), "--end").stdout
        == "Followed no more: Le phare. What it has added stays.\n"
    )
    assert ohdio(api, "follows").stdout == "Nothing is followed. `ohdio follow` with a link begins it.\n"


def test_what_was_changed_is_said_in_the_persons_language(api: Api) -> None:
    api.http.post("/follows", json={"url": FEED, "keep_newest": 3, "most_per_check": 2}).raise_for_status()
    said = ohdio(api, "follows", FEED, "--keep-all", "--at-most", "any", "--every", "6").stdout
    assert said == (
        f"Changed: {FEED}. It keeps all that it has added. Each check adds all that is new. It is checked every 6 h.\n"
    )
    (view,) = api.get("/follows")["items"]
    assert (view["keep_newest"], view["most_per_check"], view["check_every_hours"]) == (None, None, 6)
    said = ohdio(api, "follows", FEED, "--keep-all", locale=FRENCH).stdout
    assert said == f"Changé\N{NO-BREAK SPACE}: {FEED}. Il garde tout ce qu’il a ajouté.\n"
    assert ohdio(api, "follows", FEED, "--pause", locale=FRENCH).stdout == f"En pause\N{NO-BREAK SPACE}: {FEED}.\n"


def test_filters_are_changed_one_by_one_or_taken_away(api: Api) -> None:
    filters = {"title_include": ["phare"], "min_duration_seconds": 3600}
    api.http.post("/follows", json={"url": FEED, "filters": filters}).raise_for_status()

    def wanted() -> dict[str, object]:
        (view,) = api.get("/follows")["items"]
        return {name: value for name, value in (view["filters"] or {}).items() if value}

    said = ohdio(api, "follows", FEED, "--language", "French", "--title", "mer", "--not-title", "extrait").stdout
    assert said == f"Changed: {FEED}. It adds only what its filters want, from now on.\n"
    changed = {"title_include": ["mer"], "title_exclude": ["extrait"], "languages": ["fr"]}
    assert wanted() == {**changed, "min_duration_seconds": 3600}
    refused = ohdio(api, "follows", FEED, "--max-duration", "30", code=2).stderr
    assert "--min-duration is more than --max-duration" in refused
    ohdio(api, "follows", FEED, "--all-books", "--author", "Marchand")
    assert wanted() == {"author_include": ["Marchand"]}
    said = ohdio(api, "follows", FEED, "--all-books", locale=FRENCH).stdout
    assert (wanted(), said) == ({}, f"Changé\N{NO-BREAK SPACE}: {FEED}. Il ajoute n’importe quel livre.\n")


def test_a_list_is_followed_and_printed(api: Api, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text(f"{FEED}\nhttps://librivox.org/phare-by-someone/\n")
    answer = ohdio(api, "follow", "--opml", str(tmp_path / "list.txt"), "--keep", "3", code=2)
    assert answer.stdout.splitlines()[0] == f"Followed: {FEED}"
    assert answer.stdout.splitlines()[1].startswith("Refused: https://librivox.org/phare-by-someone/: ")
    assert "1 of 2 links refused" in answer.stderr
    assert api.get("/follows")["items"][0]["keep_newest"] == 3
    unasked = ohdio(api, "follow", "--opml", str(tmp_path / "list.txt"), "--everything", code=2).stderr
    assert "--yes adds 0 books of 2 links" in " ".join(unasked.split())
    assert f'xmlUrl="{FEED}"' in ohdio(api, "follows", "--opml").stdout


def test_a_secret_link_is_read_from_the_input_and_shown_nowhere(api: Api) -> None:
    secret = "https://stories.example/feed?token=tok3n4711abcdef99"
    said = ohdio(api, "follow", "-", "--private", text=f"{secret}\n").stdout
    (view,) = api.get("/follows")["items"]
    assert said.startswith(f"Followed: private:{view['id']} (checked now).")
    assert "private; checked now" in ohdio(api, "follows").stdout
    other = secret.replace("tok3n4711", "renewed88")
    changed = ohdio(api, "follows", str(view["id"]), "--link", "-", text=f"{other}\n").stdout
    assert changed == f"Changed: private:{view['id']}. It is asked where its new link leads.\n"
    assert api.vault.open(view["url"]).secret == other
    assert ohdio(api, "follows", "--opml").stdout.count("xmlUrl") == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("follow", FEED, "--newest", "2", "--everything"), "--newest and --everything contradict each other"),
        (("follow", FEED, "--from", "2026-01-31", "--everything"), "--from and --everything contradict each other"),
        (("follow", FEED, "--from", "yesterday"), "'yesterday' is no day. Write it as in 2026-01-31."),
        (("follow",), "Name what to follow"),
        (("follow", FEED, "--opml", "list.xml"), "Name what to follow"),
        (("follow", FEED, "--as-book"), "A follow makes a book of each episode"),
        (("follow", FEED, "--again"), "A follow never adds what was removed"),
        (("follow", "https://librivox.org/phare-by-someone/"), "is a single book"),
        (("follows", "1", "--keep", "2", "--keep-all"), "--keep-all and --keep contradict each other"),
        (("follows", "--end"), "Name what to end"),
        (("follows", "1", "--end", "--pause"), "two orders"),
        (("follows", "phare"), "nothing of this kind is followed"),
        (("follows", "podcasts.example/autre/feed.xml", "--end"), "nothing of this kind is followed"),
    ],
)
def test_what_cannot_be_ends_with_a_sentence(api: Api, arguments: tuple[str, ...], said: str) -> None:
    assert said in " ".join(ohdio(api, *arguments, code=2).stderr.split())
