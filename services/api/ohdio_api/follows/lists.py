"""Subscription lists: following all that one names, and giving out what is followed as one."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from ohdio_api.follows.service import FollowService
from ohdio_api.imports.document import links_of
from ohdio_api.problems import Refusal
from ohdio_core.control_characters import without_controls
from ohdio_core.domain.shown_link import shown_link
from ohdio_core.schemas.follows import FollowedLink, FollowedState, FollowImport, FollowOrder, FollowView
from ohdio_core.schemas.sentences import SentenceView

MEDIA_TYPE = "text/x-opml"


def follow_all(follows: FollowService, order: FollowImport) -> list[FollowedLink]:
    """Follow each link of a document; return what became of it, in the document's order.

    Each is written down by itself: what cannot be followed keeps no other from being.

    Raises:
        Refusal: The document names no link, or too many, or is none.
    """
    wishes = order.model_dump(exclude={"document"}, exclude_unset=True)
    return [_follow(follows, url, FollowOrder(url=url, **wishes)) for url in links_of(order.document)]


def _follow(follows: FollowService, url: str, order: FollowOrder) -> FollowedLink:
    try:
        view, is_new = follows.add(order)
    except Refusal as refusal:
        return FollowedLink(
            url=shown_link(url),
            state=FollowedState.REFUSED,
            id=None,
            detail=refusal.sentence.text,
            detail_message=SentenceView.of(refusal.sentence),
        )
    state = FollowedState.FOLLOWED if is_new else FollowedState.KNOWN
    return FollowedLink(url=view.url, state=state, id=view.id, detail=None, detail_message=None)


def opml_of(follows: Iterable[FollowView]) -> bytes:
    """Return follows as a subscription list, as podcast apps read it."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "ohdio"
    body = etree.SubElement(root, "body")
    for follow in follows:
        link = without_controls(follow.address or follow.url)
        title = without_controls(follow.title or link)
        etree.SubElement(body, "outline", type="rss", text=title, title=title, xmlUrl=link)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
