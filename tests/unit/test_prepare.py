from __future__ import annotations

from pathlib import Path

import pytest

from ohdio_core.prepare import main


def prepare(directory: Path, monkeypatch: pytest.MonkeyPatch, **given: str) -> None:
    for variable in ("POSTGRES_PASSWORD", "RABBITMQ_PASSWORD"):
        monkeypatch.setenv(variable, given.get(variable, ""))
    folders = {name: str(directory / name) for name in ("secrets", "broker", "library")}
    argv = ["prepare", *(part for name, folder in folders.items() for part in (f"--{name}", folder))]
    monkeypatch.setattr("sys.argv", [argument.replace("--library", "--folder") for argument in argv])
    main()


def passwords(directory: Path) -> list[str]:
    return [(directory / "secrets" / server).read_text(encoding="utf-8") for server in ("postgres", "rabbitmq")]


class TestPreparingAStack:
    def test_makes_passwords_once_and_tells_the_broker_its_own(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        prepare(tmp_path, monkeypatch)
        first = passwords(tmp_path)
        assert min(map(len, first)) >= 24
        assert len(set(first)) == 2
        key = (tmp_path / "secrets" / "key").read_text(encoding="utf-8")
        assert len(key) >= 32
        prepare(tmp_path, monkeypatch)
        assert passwords(tmp_path) == first
        assert (tmp_path / "secrets" / "key").read_text(encoding="utf-8") == key
        assert f"default_pass = {first[1]}\n" in (tmp_path / "broker" / "ohdio.conf").read_text(encoding="utf-8")

    def test_takes_those_that_a_person_gave_and_keeps_them(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        prepare(tmp_path, monkeypatch, POSTGRES_PASSWORD="of an older installation", RABBITMQ_PASSWORD="its broker's")
        prepare(tmp_path, monkeypatch)
        assert passwords(tmp_path) == ["of an older installation", "its broker's"]

    def test_leaves_a_folder_alone_that_somebody_uses(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        library = tmp_path / "library"
        library.mkdir()
        (library / "A book").touch()
        before = library.stat()
        prepare(tmp_path, monkeypatch)
        assert (library.stat().st_uid, library.stat().st_mode) == (before.st_uid, before.st_mode)
