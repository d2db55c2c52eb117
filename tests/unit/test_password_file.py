from __future__ import annotations

from pathlib import Path

import pytest

from ohdio_core.settings import BrokerSettings, DatabaseSettings, InvalidSettings, load

BARE = "postgresql://ohdio@db.example:5432/books"


class TestAPasswordFile:
    def test_fills_in_the_password_that_the_address_has_not(self, tmp_path: Path) -> None:
        file = tmp_path / "password"
        file.write_text("p:a/s s@w#örd\n", encoding="utf-8")
        settings = load(DatabaseSettings, DATABASE_URL=BARE, DATABASE_PASSWORD_FILE=str(file))
        assert settings.database_url == "postgresql://ohdio:p%3Aa%2Fs%20s%40w%23%C3%B6rd@db.example:5432/books"
        broker = load(BrokerSettings, RABBITMQ_URL="amqp://ohdio@mq.example/", RABBITMQ_PASSWORD_FILE=str(file))
        assert broker.rabbitmq_url == "amqp://ohdio:p%3Aa%2Fs%20s%40w%23%C3%B6rd@mq.example/"

    def test_is_not_asked_where_the_address_says_all(self, tmp_path: Path) -> None:
        for url in ("postgresql://ohdio:own@db.example/books", "postgresql:///books"):
            missing = str(tmp_path / "missing")
            assert load(DatabaseSettings, DATABASE_URL=url, DATABASE_PASSWORD_FILE=missing).database_url == url

    def test_that_is_missing_or_empty_is_told_by_its_variable(self, tmp_path: Path) -> None:
        (tmp_path / "empty").touch()
        for name, problem in (("missing", "cannot be read"), ("empty", "is empty")):
            with pytest.raises(InvalidSettings, match=rf"^DATABASE_PASSWORD_FILE is wrong: .*{problem}\..*\.$"):
                load(DatabaseSettings, DATABASE_URL=BARE, DATABASE_PASSWORD_FILE=str(tmp_path / name))
