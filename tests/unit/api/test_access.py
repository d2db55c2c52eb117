from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from ohdio_api.access import TokenFile, required_token
from ohdio_core.loopback import is_loopback


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost", "LOCALHOST", "::ffff:127.0.0.1"])
def test_an_address_of_this_machine_alone_needs_no_token(host: str) -> None:
    assert is_loopback(host)
    assert required_token(host, None, lambda: pytest.fail("no token is made")) is None


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "fd00::5", "books.home", "", "localhost.example"])
def test_any_other_needs_the_one_that_is_kept(host: str) -> None:
    assert not is_loopback(host)
    assert required_token(host, None, lambda: "kept") == "kept"


def test_one_that_a_person_set_counts_everywhere() -> None:
    assert required_token("127.0.0.1", "given", lambda: "kept") == "given"
    assert required_token("0.0.0.0", "given", lambda: "kept") == "given"


class TestTheTokenFile:
    def test_is_made_once_and_read_by_its_user_alone(self, tmp_path: Path) -> None:
        path = tmp_path / "new" / "token"
        token = TokenFile(path).read_or_make()
        assert len(token) >= 32
        assert TokenFile(path).read_or_make() == token
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def test_that_others_could_read_is_closed_to_them(self, tmp_path: Path) -> None:
        path = tmp_path / "token"
        path.write_text("invented-token\n")
        path.chmod(0o644)
        assert TokenFile(path).read_or_make() == "invented-token"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def test_that_a_full_disk_left_empty_is_made_anew(self, tmp_path: Path) -> None:
        path = tmp_path / "token"
        path.touch()
        assert len(TokenFile(path).read_or_make()) >= 32

    def test_made_by_several_at_once_is_one(self, tmp_path: Path) -> None:
        tokens: list[str] = []
        threads = [
            threading.Thread(target=lambda: tokens.append(TokenFile(tmp_path / "token").read_or_make()))
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(tokens) == 8
        assert len(set(tokens)) == 1


def test_a_token_is_kept_where_the_file_system_has_no_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("os.link", refuse)
    token = TokenFile(tmp_path / "token").read_or_make()
    assert TokenFile(tmp_path / "token").read_or_make() == token
    assert [path.name for path in tmp_path.iterdir()] == ["token"]
