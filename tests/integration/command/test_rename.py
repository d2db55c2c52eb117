"""``ohdio library rename``, run as a process that talks to a running API."""

from __future__ import annotations

import json

from tests.fixtures.api import Api
from tests.integration.api.test_library import filed
from tests.integration.api.test_renames import PLACE, carry_out
from tests.integration.command.running import ohdio


def test_shows_what_it_would_move_and_moves_it_once_that_is_confirmed(api: Api) -> None:
    (book,) = filed(api, "La brume")
    api.engine.execute("UPDATE audiobooks SET authors = '{Odile Marchand}', series = 'Les îles', series_position = '2'")
    unasked = ohdio(api, "library", "rename", code=2)
    assert f"  Odile Marchand/La brume\n    -> {PLACE}\n1 book would be moved" in unasked.stdout
    assert "Nothing was moved, as nobody can be asked here: --yes moves 1 book." in unasked.stderr
    assert json.loads(ohdio(api, "library", "rename", "--json").stdout)["changed"] == 0
    done = ohdio(api, "library", "rename", "--yes").stdout
    assert done.endswith("1 book to be moved; `ohdio library rename` shows how many are left.\n")
    carry_out(api)
    assert api.get(f"/audiobooks/{book}")["library_path"] == PLACE
    assert ohdio(api, "library", "rename").stdout == "0 books would be moved, 1 is where they belong.\n"
    assert "--moved goes with" in ohdio(api, "library", "brume", "--moved", code=2).stderr
