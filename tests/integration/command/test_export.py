"""``ohdio export`` and ``ohdio import``, run as processes that talk to a running API."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.fixtures.api import Api
from tests.integration.api.test_portable import decided
from tests.integration.command.running import ohdio


def test_a_file_is_written_for_its_user_alone_and_taken_in_again(api: Api, tmp_path: Path) -> None:
    decided(api)
    file = tmp_path / "ohdio.json"
    done = ohdio(api, "export", str(file))
    assert done.stdout == f"{file}: 1 follows, 1 unwanted books, 1 positions, 1 settings.\n"
    assert "1 follows are left out" in done.stderr
    assert file.stat().st_mode & 0o777 == 0o600
    assert json.loads(ohdio(api, "export").stdout)["follows"] == json.loads(file.read_text())["follows"]
    api.empty()
    assert ohdio(api, "import", str(file)).stdout.splitlines() == [
        f"{kind}: 1 added, 0 known, 0 refused." for kind in ("follows", "unwanted", "positions", "settings")
    ]
    archive = tmp_path / "archive.txt"
    archive.write_text("archiveorg letters_brides_0709_librivox\nsoundcloud 12\n")
    told = ohdio(api, "import", str(archive), "--had")
    assert told.stdout == "had: 1 added, 0 known, 1 refused.\n"
    assert "no link follows from its ids" in told.stderr


@pytest.mark.parametrize(
    ("text", "said"), [("[]", "nothing that `ohdio export` has written"), (None, "cannot be used")]
)
def test_what_is_no_export_is_refused(api: Api, tmp_path: Path, text: str | None, said: str) -> None:
    file = tmp_path / "other.json"
    if text is not None:
        file.write_text(text)
    assert said in " ".join(ohdio(api, "import", str(file), code=2).stderr.split())
