"""``ohdio feeds``, run as a process that talks to a running API."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from tests.fixtures.api import Api
from tests.integration.api.filed_books import filed
from tests.integration.command.running import ohdio


def test_an_address_is_made_listed_without_its_secret_and_revoked(api: Api) -> None:
    filed(api)
    address, told, how, catalogue, here = ohdio(api, "feeds", "make", "--book", "SAILING").stdout.splitlines()
    assert catalogue.endswith(address.replace("feed.xml", "catalogue.xml"))
    path = urlsplit(address).path
    assert api.outside.get(path).status_code == 200
    assert told.startswith("A podcast app plays this.")
    assert here == "Only this machine reaches it: OHDIO_PUBLIC_URL says by which address phones do."
    listed = ohdio(api, "feeds").stdout
    assert "book: Sailing" in listed
    assert path.split("/")[2] not in listed
    number = how.split()[3]
    assert ohdio(api, "feeds", "revoke", number.rstrip("`")).stdout == f"{number.rstrip('`')}: revoked.\n"
    assert api.outside.get(path).status_code == 410
    assert ohdio(api, "feeds").stdout == "No podcast app has an address. `ohdio feeds make` makes one.\n"


@pytest.mark.full
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("revoke",), "`ohdio feeds revoke NUMBER` revokes"),
        (("--author", "Ann"), "is said with `ohdio feeds make`"),
        (("make", "--author", "Ann", "--series", "S"), "--author or --series"),
        (("make", "--author", "Nobody"), "There is nothing of this in the library to hear."),
        (("make", "--book", "nothing"), "no book in the library has these words"),
        (("revoke", "999999"), "There is no listening feed 999999 (any more)."),
    ],
)
def test_what_cannot_be_ends_with_a_sentence(api: Api, arguments: tuple[str, ...], said: str) -> None:
    assert said in " ".join(ohdio(api, "feeds", *arguments, code=2).stderr.split())
