"""A line has one language, also where the command puts what the API says into a sentence of its own."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from ohdio_core.domain.site_health import failing_until
from ohdio_core.sentences import Sentence, sentence
from tests.fixtures.api import Api
from tests.integration.command.running import ohdio
from tests.integration.command.test_language import FRENCH
from tests.integration.command.test_wishes import FEED

_GONE = sentence("book.without_audio", "The site names no audio for this book.")
_ENGLISH = re.compile(
    r"\b(?:waiting|waits?|refused|added|already|there|Scanning|scan|Found|books?|so far|failed|ended early|Followed|"
    r"checked|tried|within|asked|until|the|of|so)\b"
)
_FRENCH = re.compile(r"\b(?:est|le|la|les|de|du|des|lien|livres?|attente|essai|déjà|exploration|refusé|suivi)\b|[éèà]")
#: What a column or the name of a fact says beside it: words that `--status` takes, labels, and what happened when.
_BESIDE = re.compile(r"\s{2,}(?:queued|failed)\s{2,}|^  [a-z]+(?: [a-z]+)?\s{2,}|^[\d-]+ [\d:]+\s+\w+")


def _kept(said: Sentence) -> str:
    return json.dumps(said.as_json())


@pytest.fixture
def far_from_well(api: Api) -> Api:
    """A queue in which a book failed and others wait, a site that fails, and scans that wait or failed."""
    failed, *_ = api.engine.items(3)
    api.engine.execute(
        "UPDATE queue_items SET status = 'failed', error = :error, error_message = CAST(:message AS jsonb) "
        "WHERE id = :id",
        id=failed,
        error=_GONE.text,
        message=_kept(_GONE),
    )
    until = datetime.now(UTC) + timedelta(minutes=20)
    fails = failing_until("nas", f"{until:%H:%M}")
    message = fails.as_json()
    message["values"]["until"] = until.isoformat()
    api.engine.execute(
        "INSERT INTO hosts (politeness_key, closed_until, closings, closed_reason, closed_message) "
        "VALUES ('nas', :until, 1, :reason, CAST(:message AS jsonb))",
        until=until,
        reason=fails.text,
        message=json.dumps(message),
    )
    for name, status in (("phare", "failed"), ("mer", "queued")):
        api.engine.execute(
            "INSERT INTO scrapes (url, source, external_id, politeness_key, status, error, error_message) "
            "VALUES (:url, 'stories', :name, 'nas', :status, :error, CAST(:message AS jsonb))",
            url=f"https://stories.example/{name}",
            name=name,
            status=status,
            error=_GONE.text,
            message=_kept(_GONE),
        )
    return api


def _lines(api: Api, *command: str, code: int = 0) -> list[str]:
    done = ohdio(api, *command, code=code, locale=FRENCH)
    return (done.stdout + done.stderr).splitlines()


def _mixed(lines: list[str]) -> list[str]:
    bare = [_BESIDE.sub(" ", re.sub(r"`[^`]*`|https?:\S*", "", line)) for line in lines]
    return [line for line in bare if _ENGLISH.search(line) and _FRENCH.search(line)]


def test_of_every_line(far_from_well: Api) -> None:
    api = far_from_well
    numbers = [str(item["id"]) for item in json.loads(ohdio(api, "queue", "--json").stdout)["items"]]
    added = _lines(api, "add", "http://", FEED, FEED, code=2)
    followed = _lines(api, "follow", FEED)
    queue, status = _lines(api, "queue"), _lines(api, "status", code=1)
    lines = [*added, *followed, *queue, *status, *_lines(api, "follows")]
    lines += [line for number in numbers for line in (*_lines(api, "show", number), *_lines(api, "trace", number))]
    lines += _lines(api, "queue", "--status", "failed") + _lines(api, "first", "999999", code=2)
    assert _mixed(lines) == []

    assert added[0].startswith("http://\N{NO-BREAK SPACE}: refusé. Le lien")
    assert followed[0].startswith(f"Suivi\N{NO-BREAK SPACE}: {FEED} (")
    assert any("L’exploration de «" in line and "a échoué" in line for line in queue)
    assert any(line.startswith("Exploration de «") for line in queue)
    (closed,) = (line for line in status if line.startswith("  nas"))
    assert len(re.findall(r"\d\d\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}\d\d", closed)) == 1
    assert not re.search(r"\d\d:\d\d", closed), "the time stands there once"
