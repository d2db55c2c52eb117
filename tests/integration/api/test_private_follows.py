"""Following what is a secret by the API: its link is taken, and never given."""

from __future__ import annotations

from pathlib import Path

import pytest

from ohdio_api.follows.service import FollowService
from ohdio_api.problems import Refusal
from ohdio_core.errors import NeedsPerson
from ohdio_core.schemas.follows import FollowOrder
from ohdio_core.sources.registry import SourceRegistry
from ohdio_core.vault import SecretKeys, Vault
from tests.fixtures.api import Api

LINK = "https://marchand77:S3cretPassword@stories.example/feed.xml"
TOKEN = "https://stories.example/feed?token=tok3n4711abcdef99"


@pytest.mark.parametrize("order", [{"url": LINK}, {"url": TOKEN, "is_private": True}])
def test_a_secret_link_is_taken_and_never_given(api: Api, order: dict[str, object]) -> None:
    answer = api.http.post("/follows", json=order)
    assert answer.status_code == 201, answer.text
    view = answer.json()
    assert (view["url"], view["is_private"], view["address"]) == (f"private:{view['id']}", True, None)
    assert api.vault.open(view["url"]).secret == order["url"]
    texts = [answer.text, *(api.http.get(path).text for path in ("/follows", "/follows.opml", "/history", "/export"))]
    assert [word for word in ("S3cretPassword", "marchand77", "tok3n4711") if word in "".join(texts)] == []
    assert api.get("/export")["left_out"] == 1


def test_the_same_link_with_another_password_is_the_same_follow(api: Api) -> None:
    first = api.http.post("/follows", json={"url": LINK}).json()
    again = api.http.post("/follows", json={"url": LINK.replace("S3cret", "0ther")})
    assert (again.status_code, again.json()["id"]) == (200, first["id"])
    assert "0therPassword" in api.vault.open(first["url"]).secret


def test_its_link_is_changed_by_its_number(api: Api) -> None:
    follow = api.http.post("/follows", json={"url": TOKEN, "is_private": True}).json()
    api.engine.execute("UPDATE follows SET status = 'queued', next_attempt_at = now() + interval '5 h'")
    elsewhere = "https://stories.example/other/feed?token=renewed88token77"
    changed = api.http.patch(f"/follows/{follow['id']}", json={"url": elsewhere})
    assert (changed.status_code, changed.json()["url"], changed.json()["next_check_at"]) == (200, follow["url"], None)
    assert api.vault.open(follow["url"]).secret == elsewhere
    other = api.http.post("/follows", json={"url": "https://stories.example/open.xml"}).json()
    refused = api.http.patch(f"/follows/{other['id']}", json={"url": elsewhere})
    assert (refused.status_code, "is not private" in refused.json()["detail"]) == (409, True)


@pytest.mark.parametrize(
    "url", ["https://user:pass@", "ftp://user:pass@stories.example/", "https://user:pass@open.spotify.com/show/1"]
)
def test_what_nobody_can_follow_is_refused_without_what_is_secret(api: Api, url: str) -> None:
    answer = api.http.post("/follows", json={"url": url, "is_private": True})
    assert answer.status_code == 422
    assert "user:pass" not in answer.text


def test_without_its_key_nothing_is_lost_and_where_messages_go_is_hidden(api: Api) -> None:
    api.http.post("/channels", json={"kind": "webhook", "address": "https://home.example/hooks/a9secret8path"})
    (row,) = api.engine.rows("SELECT address, secret FROM channels")
    assert row.address.startswith("sealed:")
    assert row.secret.startswith("sealed:")
    api.engine.execute("UPDATE channels SET address = 'https://home.example/hooks/plain'")
    assert api.vault.renew() == 1
    assert api.get("/channels")["items"][0]["address"] == "https://home.example/…"
    other = Vault(api.engine.database, SecretKeys("another-key-that-opens-nothing-00000001"))
    assert other.unseal_column("plain") == "plain"
    assert api.vault.unseal_column(api.engine.value("SELECT address FROM channels")).endswith("/plain")


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (SecretKeys(), "there is no key for that: set OHDIO_SECRET_KEY"),
        (SecretKeys("another-key-that-opens-nothing-00000001"), "encrypted with another key"),
    ],
    ids=["none", "another"],
)
def test_without_the_key_a_secret_link_is_refused_and_written_nowhere(api: Api, keys: SecretKeys, said: str) -> None:
    api.vault.identify("what is kept already")
    database = api.engine.database
    with pytest.raises(Refusal) as refused:
        FollowService(database, SourceRegistry(), Vault(database, keys), api.library).add(FollowOrder(url=LINK))
    assert said in refused.value.sentence.text
    assert api.get("/follows")["items"] == []
    assert api.engine.rows("SELECT FROM private_listings") == []


def test_a_lost_file_of_the_key_is_named_and_not_made_anew(api: Api, tmp_path: Path) -> None:
    api.vault.identify("what is kept already")
    file = tmp_path / "secret.key"
    with pytest.raises(NeedsPerson, match=r"secret\.key is missing"):
        Vault(api.engine.database, SecretKeys(None, file)).seal_column("https://home.example/hooks/1")
    assert not file.exists()


def test_all_links_of_a_list_are_secrets_by_a_persons_word(api: Api) -> None:
    other, refused = "https://other.example/tok3n4711/feed.xml", "ftp://third.example/tok3n4711"
    order = {"document": f"{TOKEN}\n{other}\n{refused}", "is_private": True, "take": "everything"}
    seen = api.http.post("/follows/import/preview", json=order).json()
    assert (seen["links"], seen["looked_at"], seen["is_whole"], api.origin.requests) == (3, 0, False, [])
    answer = api.http.post("/follows/import", json=order)
    assert [each["state"] for each in answer.json()["items"]] == ["followed", "followed", "refused"]
    assert answer.json()["items"][2]["url"] == "third.example/…"
    assert {view["is_private"] for view in api.get("/follows")["items"]} == {True}
    page = api.outside.post(
        "/follows/list", data={"document": order["document"], "take": "everything", "private": "on", "back": "/follows"}
    )
    assert "tok3n4711" not in answer.text + page.text + api.http.get("/follows").text + api.outside.get("/follows").text
