"""Something that a person has ordered, as pages say it."""

from __future__ import annotations

from typing import NamedTuple

from ohdio_api.web.words import Words
from ohdio_core.domain.act import Act
from ohdio_core.schemas.history import ActView


class ShownAct(NamedTuple):
    """Who ordered what, and when."""

    when: str
    who: str
    what: str
    about: str | None
    book: int | None  #: the id of the book that it was about, where that is still there


def show_act(act: ActView, words: Words) -> ShownAct:
    """Return what a page says of it."""
    return ShownAct(
        when=words.clock(act.at),
        who=act.actor or _way(act.way, words),
        what=_what(act, words),
        about=act.about,
        book=act.audiobook_id,
    )


def _way(way: str, words: Words) -> str:
    _ = words.gettext
    named = {
        "follow": _("a follow"),
        "token": _("somebody with the token"),
        "this machine": _("somebody at this machine"),
    }
    return named.get(way, _("somebody with a link or the token"))


def _what(act: ActView, words: Words) -> str:
    _ = words.gettext
    said = {
        Act.ADDED: _("has added"),
        Act.PAUSED: _("has paused"),
        Act.RESUMED: _("has resumed"),
        Act.KEPT: _("has kept, though it is not whole"),
        Act.RETRIED: _("has tried again"),
        Act.FETCHED_AGAIN: _("has downloaded again"),
        Act.REMOVED: _("has removed from the queue"),
        Act.PUT_BACK: _("has put back"),
        Act.DELETED: _("has deleted"),
        Act.RESTORED: _("has restored from the trash"),
        Act.TRASH_EMPTIED: _("has deleted for good"),
        Act.RENAMED: _("has moved folders to where they belong"),
        Act.LET_GO: _("has let go"),
        Act.IMPORTED: _("has taken in"),
        Act.VERIFIED: _("has verified the library"),
        Act.EDITED: _("has edited"),
        Act.CONVERTED: _("has converted"),
        Act.LIMIT_CHANGED: _("has set how many books download at once:"),
        Act.FOLLOWED: _("follows"),
        Act.FOLLOW_CHANGED: _("has changed the follow of"),
        Act.FOLLOW_PAUSED: _("has paused the follow of"),
        Act.FOLLOW_RESUMED: _("has resumed the follow of"),
        Act.FOLLOW_ENDED: _("no longer follows"),
        Act.FOLLOW_CLEARED: _("has moved to the trash what it no longer keeps"),
        Act.SETTING_CHANGED: _("has changed a setting"),
        Act.SETTING_RESET: _("has returned a setting to its default"),
        Act.ACCOUNT_ADDED: _("has made an account"),
        Act.ACCOUNT_CHANGED: _("has changed an account"),
        Act.ACCOUNT_REMOVED: _("has removed an account"),
        Act.CHANNEL_ADDED: _("has added a notification by"),
        Act.CHANNEL_REMOVED: _("has removed a notification by"),
        Act.FEED_MADE: _("has made a listening feed"),
        Act.FEED_REVOKED: _("has revoked a listening feed"),
    }[act.act]
    of_all = act.act in {Act.PAUSED, Act.RESUMED} and act.about is None and act.items == 1
    if of_all or act.items > 1:
        return f"{said}{_(':')} {_('all downloads') if of_all else words.books(act.items)}"
    return said
