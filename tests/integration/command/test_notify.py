"""``ohdio notify``, run as a process that talks to a running API."""

from __future__ import annotations

import pytest

from tests.fixtures.api import Api
from tests.integration.command.running import ohdio


def test_somebody_is_added_tested_and_removed(api: Api) -> None:
    assert ohdio(api, "notify").stdout.startswith("Nobody is told.")
    api.origin.answer("/hooks/secret")
    address = f"{api.origin.url}/hooks/secret\n"
    told, secret, once = ohdio(
        api, "notify", "add", "webhook", "-", "--event", "failed", text=address
    ).stdout.splitlines()
    number = told.partition(":")[0]
    assert secret.startswith("whsec_")
    assert once.endswith("It is shown this once.")
    listed = ohdio(api, "notify").stdout
    assert "failed" in listed
    assert "hooks" not in listed + told
    assert ohdio(api, "notify", "test", number).stdout == f"{number}: the test has arrived.\n"
    api.origin.answer("/hooks/secret", status=410)
    assert "HTTP 410 was answered." in ohdio(api, "notify", "test", number, code=1).stderr
    assert ohdio(api, "notify", "retry", number).stdout == f"{number}: 0 messages are tried again now.\n"
    assert ohdio(api, "notify", "remove", number).stdout == f"{number}: told no more.\n"


@pytest.mark.full
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "webhook"), "`ohdio notify add KIND ADDRESS`"),
        (("test", "one"), "is no number that `ohdio notify` shows"),
        (("remove", "999999"), "There is no channel 999999"),
        (("add", "webhook", "nowhere"), "The address cannot be used"),
    ],
)
def test_what_cannot_be_ends_with_a_sentence(api: Api, arguments: tuple[str, ...], said: str) -> None:
    assert said in " ".join(ohdio(api, "notify", *arguments, code=2).stderr.split())
