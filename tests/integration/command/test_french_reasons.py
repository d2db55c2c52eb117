"""Why something is as it is stands in lines of one language also where these are no lines of the queue."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from ohdio_core.sentences import Sentence, sentence
from ohdio_downloader.importer import Importer
from tests.fixtures.api import Api
from tests.integration.api.test_repairs import CATEGORY, stored_book
from tests.integration.command.running import ohdio
from tests.integration.command.test_connection import NOBODY
from tests.integration.command.test_language import FRENCH

_GONE = sentence("book.without_audio", "The site names no audio for this book.")
_SAID = "Le site n’indique aucun audio pour ce livre."
_COLON = "\N{NO-BREAK SPACE}: "


def _kept(said: Sentence) -> dict[str, str]:
    return {"error": said.text, "message": json.dumps(said.as_json())}


def _lines(api: Api, *command: str, code: int = 0) -> list[str]:
    done = ohdio(api, *command, code=code, locale=FRENCH)
    return (done.stdout + done.stderr).splitlines()


def test_of_what_is_converted(api: Api) -> None:
    states = {
        "Aube": ("failed_at, error, error_message", "now(), :error, CAST(:message AS jsonb)"),
        "Brume": ("is_paused", "true"),
        "Crue": ("seconds_done, seconds_total, holder, lease_until", "30, 120, gen_random_uuid(), now() + '1 hour'"),
        "Digue": ("attempts", "0"),
    }
    for item, (title, (columns, values)) in zip(api.engine.titled(*states), states.items(), strict=True):
        book = api.book_of(item)
        api.file_book(item, {f"{title}.mp3": b"sound"})
        api.engine.execute(
            f"INSERT INTO conversions (audiobook_id, form, {columns}) VALUES (:book, 'm4b', {values})",
            book=book,
            **(_kept(_GONE) if ":error" in values else {}),
        )
    lines = {line.partition(" ")[0]: line for line in _lines(api, "convert", "--status")}
    assert lines["Aube"] == f"Aube → M4B{_COLON}non converti. {_SAID}"
    assert lines["Brume"] == f"Brume → M4B{_COLON}en pause"
    assert lines["Crue"].startswith(f"Crue → M4B{_COLON}encodé à 25\N{NO-BREAK SPACE}%")
    waits = next(each for each in api.get("/conversions")["items"] if each["title"] == "Digue")
    assert waits["wait_reason"] is not None
    assert lines["Digue"].startswith(f"Digue → M4B{_COLON}en attente. ")
    assert waits["wait_reason"] not in lines["Digue"]


def test_of_what_is_verified(api: Api) -> None:
    (item,) = api.engine.titled("Aube")
    api.file_book(item, {"Aube.mp3": b"sound"})
    api.http.post("/library/verification", json={})
    (far, *_) = _lines(api, "verify", "--status")
    assert far.startswith(f"Vérification{_COLON}0 sur 1 livre, 0\N{NO-BREAK SPACE}o. ")
    assert "running" not in far


def test_of_what_is_not_repaired(api: Api) -> None:
    stored_book(api, CATEGORY)
    runs = "status = 'processing', lease_token = gen_random_uuid(), lease_until = now() + interval '1 minute'"
    kept = stored_book(api, f"{CATEGORY}-2", runs)
    detail = next(each["detail"] for each in api.get("/repairs")["items"] if each["audiobook_id"] == kept)
    lines = _lines(api, "repair")
    assert f"{CATEGORY}{_COLON}serait exploré comme une liste de livres." in lines
    (left,) = (line for line in lines if line.startswith(f"{CATEGORY}-2"))
    assert left.startswith(f"{CATEGORY}-2{_COLON}laissé tel quel. ")
    assert detail not in left


def test_of_what_did_not_arrive(api: Api) -> None:
    api.origin.answer("/hooks/1", status=410)
    number = str(
        api.http.post("/channels", json={"kind": "webhook", "address": f"{api.origin.url}/hooks/1"}).json()["id"]
    )
    (refused,) = _lines(api, "notify", "test", number, code=1)
    assert refused.startswith(f"{number}{_COLON}")
    assert "answered" not in refused
    api.engine.execute(
        "INSERT INTO deliveries (channel_id, body, attempts, error, error_message) "
        "VALUES (:id, '{}', 1, :error, CAST(:message AS jsonb))",
        id=int(number),
        **_kept(_GONE),
    )
    assert _lines(api, "notify")[-1].endswith(f"en cours d’envoi{_COLON}1\N{NARROW NO-BREAK SPACE}; {_SAID}")


def test_of_what_is_not_taken(api: Api, tmp_path: Path) -> None:
    folder, work_dir = tmp_path / "had", tmp_path / "work"
    for each in (folder, work_dir):
        each.mkdir()
    (folder / "Aube.mp3").write_bytes(b"no sound")
    importing = Importer(api.engine.database, api.library, work_dir, keep_free=lambda: 0)
    importing.start()
    lines = _lines(api, "import", str(folder), "--yes")
    importing.end()
    (found,) = api.get("/library/imports")["items"]
    (refused,) = (line for line in lines if "(Aube.mp3)" in line)
    assert refused.startswith(f"  Aube (Aube.mp3){_COLON}")
    assert found["reason"] not in refused


def test_of_a_version_that_cannot_be_told() -> None:
    command = str(Path(sys.executable).with_name("ohdio"))
    done = subprocess.run(
        [command, "--version"],
        env={**FRENCH, "OHDIO_API": NOBODY},
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    last = done.stdout.splitlines()[-1]
    assert last.startswith(f"La version de l’ohdio en marche ne peut être indiquée{_COLON}")
