"""What somebody types of a listing that is to be followed."""

from __future__ import annotations

from typing import Any, NamedTuple, Self

from ohdio_api.web.follows.choices import FollowChoices, order_typed
from ohdio_api.web.forms import FormFields
from ohdio_api.web.typed_text import whole_number_typed
from ohdio_core.schemas.follows import NewFollowOrder


class TypedFollow(NamedTuple):
    """What the form of a new follow shows: nothing, or what was typed and cannot be, for somebody to mend."""

    choices: FollowChoices = FollowChoices()
    url: str = ""  #: no secret
    take: str = "new"
    newest: str = "10"
    from_day: str = ""
    against: str = ""
    is_private: bool = False
    wrong: str | None = None  #: why it cannot be

    @classmethod
    def of(cls, fields: FormFields, wrong: str) -> Self:
        """Return what was typed, without a link that is nobody's to read."""
        is_secret = bool(fields("private")) or "@" in fields("url")
        return cls(
            choices=FollowChoices.typed(fields),
            url="" if is_secret else fields("url"),
            take=fields("take") or "new",
            newest=fields("newest"),
            from_day=fields("from_day"),
            against=fields("against"),
            is_private=bool(fields("private")),
            wrong=wrong,
        )


def new_follow(fields: FormFields) -> NewFollowOrder:
    """Return a new follow as the API takes it.

    Raises:
        ValidationError: It is none.
    """
    against = {"held_against": {"path": fields("against")}} if fields("against") else {}
    return NewFollowOrder.model_validate(
        {**wishes_typed(fields), "url": fields("url"), "is_private": bool(fields("private")), **against}
    )


def wishes_typed(fields: FormFields) -> dict[str, Any]:
    """Return what is wanted of new follows, as the API takes it."""
    return {"take": take_typed(fields) or "new", **order_typed(fields)}


def take_typed(fields: FormFields) -> str | int:
    """Return what a form says of what was there before, as the API takes it; nothing where it says nothing."""
    match fields("take"):
        case "newest":
            return whole_number_typed(fields("newest"))
        case "from":
            return fields("from_day") or "from"
        case how:
            return how
