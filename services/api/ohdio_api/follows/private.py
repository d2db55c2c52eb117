"""Following what is a secret: written down encrypted, and known by a number from then on."""

from __future__ import annotations

from http import HTTPStatus

from ohdio_api.problems import Refusal
from ohdio_core.collection import follows
from ohdio_core.collection.acts import note
from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import Database, UnitOfWork
from ohdio_core.domain.act import Act
from ohdio_core.domain.audiobook import Target, TargetKind
from ohdio_core.domain.private_address import PRIVATE, listing_reference
from ohdio_core.errors import NeedsPerson, PermanentError
from ohdio_core.sentences import sentence
from ohdio_core.sources.private import PrivateLink, read_private_link
from ohdio_core.vault import Vault

_MOVE_BACK = NamedSql(__name__).statement("move_back")


class PrivateFollows:
    """Adds and changes follows whose links nobody is shown."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self.database = database
        self._vault = vault

    def add(self, work: UnitOfWork, url: str, wishes: follows.FollowWishes) -> tuple[int, bool]:
        """Follow a listing; return the follow's id, and whether it is new. A new password of a known one is taken.

        Raises:
            Refusal: Nobody can follow the link, or there is no key to encrypt it with.
        """
        link = _read(url)
        try:
            number, is_changed = self._vault.admit(work, link)
        except NeedsPerson as error:
            raise Refusal(HTTPStatus.CONFLICT, error.sentence) from None
        reference = listing_reference(number)
        target = Target(TargetKind.CATEGORY, PRIVATE, reference, str(number))
        follow_id, is_new = follows.add_follow(work, target, link.host, wishes, number=number)
        if is_changed and not is_new:
            self._check_anew(work, follow_id, link)
        note(work, Act.FOLLOWED, reference, items=int(is_new))
        return follow_id, is_new

    def change(self, work: UnitOfWork, follow_id: int, url: str) -> None:
        """Change where what is followed privately is asked, from now on.

        Raises:
            Refusal: It is not followed privately, nobody can follow the link, or there is no key.
        """
        link = _read(url)
        try:
            self._vault.replace(work, follow_id, link)
        except NeedsPerson as error:
            raise Refusal(HTTPStatus.CONFLICT, error.sentence) from None
        self._check_anew(work, follow_id, link)

    def _check_anew(self, work: UnitOfWork, follow_id: int, link: PrivateLink) -> None:
        """Read all of a listing at its new address, of which nothing is known yet.

        Raises:
            Refusal: It is not followed privately.
        """
        if work.execute(_MOVE_BACK, {"id": follow_id, "key": link.host}).scalar() is None:
            raise Refusal(
                HTTPStatus.CONFLICT,
                sentence(
                    "follow.not_private",
                    "The follow {id} is not private, so its link stays: follow the other link.",
                    id=follow_id,
                ),
            )
        follows.check_now(work, follow_id)


def _read(url: str) -> PrivateLink:
    """Return what a link leads to.

    Raises:
        Refusal: Nobody can follow it.
    """
    try:
        return read_private_link(url)
    except PermanentError as error:
        raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, error.sentence) from None
