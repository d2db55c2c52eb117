"""Following what is a secret: it is read with its password, and everything else knows it by a reference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from ohdio_core.collection.follows import FollowWishes, add_follow
from ohdio_core.domain.audiobook import BookRef, Part, Target, TargetKind
from ohdio_core.domain.following import Take
from ohdio_core.domain.private_address import SecretAddress
from ohdio_core.errors import NeedsPerson, NotFound
from ohdio_core.sources.http import ClientSettings, HttpClientFactory
from ohdio_core.sources.private import PrivateSource, read_private_link
from ohdio_core.sources.registry import SourceRegistry
from ohdio_core.vault import SecretKeys, Vault, forget_listings
from tests.fixtures.engine import Engine
from tests.integration.scraper.following import PATH, Following
from tests.integration.scraper.scanning import HOSTS
from tests.integration.sources.origin import scripted_origin, send
from tests.unit.sources.rss.documents import rss

KEY = "the-first-key-of-this-installation-0001"
NEXT_KEY = "the-second-key-of-this-installation-002"
HOST = "podcasts.example"
USER, PASSWORD = "marchand77", "S3cret%2Fp%40ss"
TOKEN = "tok3n4711abcdef99"
LINK = f"https://{USER}:{PASSWORD}@{HOST}{PATH}?show=12&token={TOKEN}"
EVERYTHING = FollowWishes(Take.EVERYTHING)
BASIC = "Basic bWFyY2hhbmQ3NzpTM2NyZXQvcEBzcw=="
#: What must be nowhere, in any form.
SECRETS = (USER, PASSWORD, "S3cret/p@ss", TOKEN, BASIC.removeprefix("Basic "), "snd99", "Abc123coverToken")


def item(day: int, *, sound: str = "snd99xyz8877aabb", guid: str | None = None) -> str:
    """Return an item whose addresses have tokens, and whose words name them, too."""
    audio = f"https://{HOST}/sound/{day}.mp3?auth={sound}"
    return (
        f"<item><title>Récit {day}</title><guid>{guid or audio.replace('&', '&amp;')}</guid>"
        f"<description>Listen at {audio} or {LINK.replace('&', '&amp;')}; your token is {TOKEN}.</description>"
        f'<itunes:image href="https://{HOST}/cover.png?sig=Abc123coverToken"/>'
        f"<pubDate>{day:02} Feb 2022 10:00:00 GMT</pubDate>"
        f'<enclosure url="{audio}" type="audio/mpeg" length="{1_000_000 + day}"/></item>'
    )


@dataclass
class PrivateFollowing:
    """A feed behind a password, and who follows it."""

    following: Following
    vault: Vault

    def follow(self, link: str = LINK) -> int:
        private = read_private_link(link)
        with self.following.engine.database.unit_of_work() as work:
            number, is_changed = self.vault.admit(work, private)
            target = Target(TargetKind.CATEGORY, "private", f"private:{number}", str(number))
            follow, is_new = add_follow(work, target, private.host, EVERYTHING, number=number)
        assert follow == number
        assert is_new or is_changed or link == LINK
        return follow

    def list_items(self, *items: str, password: str = BASIC, query: str = f"show=12&token={TOKEN}") -> None:
        """Make the feed list these, for whoever knows both secrets."""

        def reply(handler: BaseHTTPRequestHandler) -> None:
            is_known = handler.headers.get("Authorization") == password and handler.path == f"{PATH}?{query}"
            send(handler, rss(*items) if is_known else b"", 200 if is_known else 401)

        self.following.origin.answers[PATH] = reply

    def dump(self) -> str:
        """Return all that the database has, as a person would read it."""
        engine = self.following.engine
        tables = engine.rows("SELECT relname FROM pg_stat_user_tables")
        return "\n".join(str(row) for table in tables for row in engine.rows(f"SELECT * FROM {table.relname}"))

    def books(self) -> list[Any]:
        return self.following.engine.rows("SELECT * FROM audiobooks ORDER BY id")


@pytest.fixture
def private(engine: Engine, tmp_path: Path) -> Iterator[PrivateFollowing]:
    vault = Vault(engine.database, SecretKeys(KEY))
    with scripted_origin() as origin:
        settings = ClientSettings(host_overrides=dict.fromkeys(HOSTS, origin.url))
        clients = HttpClientFactory(settings, private=vault)
        following = Following(engine, origin, clients, tmp_path)
        following.service.registry = SourceRegistry(private=PrivateSource(vault))
        yield PrivateFollowing(following, vault)
        clients.close()


class TestPrivateFollow:
    def test_is_read_with_its_password_and_stored_without(self, private: PrivateFollowing) -> None:
        private.list_items(item(2), item(1))
        follow = private.follow()
        row = private.following.check(follow)
        assert (row.error, row.title) == (None, "Le phare")
        assert private.following.queued() == ["Récit 2", "Récit 1"]
        assert [secret for secret in SECRETS if secret in private.dump()] == []
        first = private.books()[0]
        assert first.url == f"private:{follow}/{first.external_id}"
        (extraction,) = private.following.engine.rows("SELECT listed FROM extractions ORDER BY id LIMIT 1")
        assert extraction.listed["description"] == f"Listen at https://{HOST}/… or https://{HOST}/… your token is …."

    def test_gives_its_addresses_only_to_the_client(self, private: PrivateFollowing) -> None:
        private.list_items(item(1))
        private.following.check(private.follow())
        listed = private.following.engine.value("SELECT listed FROM extractions")
        sound = listed["parts"][0]["url"]
        assert sound.startswith("private:")
        book = private.books()[0]
        ref = BookRef("private", book.url, book.external_id)
        client = private.following.service.http.site(HOST)
        media = PrivateSource(private.vault).resolve(ref, Part(0, "1", url=sound), client)
        assert isinstance(media.url, SecretAddress)
        private.following.origin.answer("/sound/1.mp3", b"sound")
        for address in (media.url, sound):
            with client.stream(address) as response:
                assert b"".join(response.iter_bytes()) == b"sound"
            seen = private.following.origin.requests[-1]
            assert (seen.path, seen.headers["authorization"]) == ("/sound/1.mp3?auth=snd99xyz8877aabb", BASIC)

    def test_sends_its_password_nowhere_else(self, private: PrivateFollowing) -> None:
        origin = private.following.origin
        origin.answer(PATH, status=302, headers={"Location": "https://librivox.org/elsewhere.xml"})
        origin.answer("/elsewhere.xml", rss(item(1)))
        private.following.check(private.follow())
        there = [seen for seen in origin.requests if seen.host == "librivox.org"]
        assert [("authorization" in seen.headers, "referer" in seen.headers) for seen in there] == [(False, False)]
        assert private.following.queued() == ["Récit 1"]

    def test_keeps_where_it_has_moved_for_good_a_secret(self, private: PrivateFollowing) -> None:
        origin = private.following.origin
        moved = f"https://{HOST}/new.xml?token=another99token77"
        origin.answer(PATH, status=301, headers={"Location": moved})
        origin.answer("/new.xml", rss(item(1)))
        follow = private.follow()
        row = private.following.check(follow)
        assert row.address.startswith(f"private:{follow}/moved?")
        private.following.check(follow)
        assert (origin.requests[-1].path, len(origin.requests)) == ("/new.xml?token=another99token77", 3)
        assert origin.requests[-1].headers["authorization"] == BASIC
        assert "another99token77" not in private.dump()

    def test_stays_the_same_when_its_secrets_change(self, private: PrivateFollowing) -> None:
        private.list_items(item(2), item(1))
        follow = private.follow()
        private.following.check(follow)
        other = LINK.replace(PASSWORD, "0therPassword").replace(TOKEN, "renewed88token")
        basic = "Basic bWFyY2hhbmQ3NzowdGhlclBhc3N3b3Jk"
        renewed = [item(day, sound="renewed66sound55") for day in (3, 2, 1)]
        private.list_items(*renewed, password=basic, query="show=12&token=renewed88token")
        row = private.following.check(follow)
        assert row.error is not None
        assert private.follow(other) == follow
        row = private.following.check(follow)
        assert (row.error, private.following.queued()) == (None, ["Récit 2", "Récit 1", "Récit 3"])

    def test_loses_no_item_that_only_its_token_tells_apart(self, private: PrivateFollowing) -> None:
        def nameless(day: int) -> str:
            sound = f"https://{HOST}/sound?key=sound{day}of99token"
            return f'<item><title>Récit {day}</title><enclosure url="{sound}" type="audio/mpeg" length="9"/></item>'

        private.list_items(nameless(2), nameless(1))
        private.following.check(private.follow())
        assert private.following.queued() == ["Récit 2", "Récit 1"]

    def test_two_shows_of_one_site_are_two(self, private: PrivateFollowing) -> None:
        shows = [f"https://{USER}:{PASSWORD}@{HOST}/rss?id={number}f3a9c0d1e2b4f5a6b" for number in (1, 2)]
        assert len({private.follow(show) for show in shows}) == 2

    def test_finds_new_addresses_where_the_old_ones_have_died(self, private: PrivateFollowing) -> None:
        private.list_items(item(1))
        private.following.check(private.follow())
        book = private.books()[0]
        listed = private.following.engine.value("SELECT listed FROM extractions")["parts"][0]
        private.list_items(item(1, sound="renewed66sound55"))
        source = PrivateSource(private.vault)
        client = private.following.service.http.site(HOST)
        details = source.describe(BookRef("private", book.url, book.external_id), client)
        assert details.parts[0].external_id == listed["external_id"]
        renewed = details.parts[0].url
        assert isinstance(renewed, SecretAddress)
        assert renewed != listed["url"]
        assert renewed.secret.endswith("auth=renewed66sound55")

    def test_says_what_is_wrong_without_its_link(self, private: PrivateFollowing) -> None:
        private.following.origin.answer(
            PATH, b"<html><body>Sign in</body></html>", headers={"Content-Type": "text/html"}
        )
        row = private.following.check(private.follow())
        assert row.error is not None
        assert [secret for secret in SECRETS if secret in private.dump()] == []

    def test_another_key_opens_nothing_and_loses_nothing(self, private: PrivateFollowing, engine: Engine) -> None:
        private.list_items(item(1))
        follow = private.follow()
        for keys in (SecretKeys(NEXT_KEY), SecretKeys()):
            with pytest.raises(NeedsPerson, match="OHDIO_SECRET_KEY"):
                Vault(engine.database, keys).open(f"private:{follow}")
            with pytest.raises(NeedsPerson, match="OHDIO_SECRET_KEY"):
                Vault(engine.database, keys).seal("something")
        assert private.vault.open(f"private:{follow}").secret == LINK

    def test_goes_on_with_a_new_key(self, private: PrivateFollowing, engine: Engine) -> None:
        private.list_items(item(1))
        follow = private.follow()
        private.following.check(follow)
        assert Vault(engine.database, SecretKeys(f"{NEXT_KEY},{KEY}")).renew() > 2
        vault = Vault(engine.database, SecretKeys(NEXT_KEY))
        assert vault.open(f"private:{follow}").secret == LINK
        assert vault.renew() == 0
        assert vault.identify("x") == private.vault.identify("x")
        with pytest.raises(NeedsPerson):
            Vault(engine.database, SecretKeys(KEY)).open(f"private:{follow}")

    def test_is_forgotten_once_nobody_follows_it_and_nothing_is_to_be_fetched(self, private: PrivateFollowing) -> None:
        private.list_items(item(1))
        follow = private.follow()
        private.following.check(follow)
        engine = private.following.engine
        engine.execute("DELETE FROM follows")
        engine.order(forget_listings)
        assert private.vault.open(f"private:{follow}").secret == LINK
        engine.execute("UPDATE queue_items SET status = 'completed', stage = 'done'")
        engine.order(forget_listings)
        with pytest.raises(NotFound):
            private.vault.open(f"private:{follow}")
