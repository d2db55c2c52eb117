"""Moving books in the order of starting, without a script."""

from __future__ import annotations

from tests.fixtures.api import Api
from tests.integration.web.test_home import rows, send, titled, visit


def test_a_book_is_put_first_moved_and_let_go_back(api: Api) -> None:
    one, two, three = titled(api, "One", "Two", "Three")
    send(api, f"/queue/{three}/first")
    assert rows(visit(api)) == ["Three", "One", "Two"]
    send(api, f"/queue/{two}/up")
    assert rows(visit(api)) == ["Three", "Two", "One"]
    send(api, f"/queue/{three}/down")
    assert rows(visit(api)) == ["Two", "Three", "One"]
    send(api, f"/queue/{three}/unrank")
    assert rows(visit(api))[0] == "Two"
    assert api.item(three)["rank"] is None
    assert one


def test_several_are_put_first(api: Api) -> None:
    _, two, three = titled(api, "One", "Two", "Three")
    send(api, "/queue/several", {"order": "first", "item": [str(two), str(three)]})
    assert rows(visit(api)) == ["Two", "Three", "One"]


def test_only_what_waits_can_be_moved(api: Api) -> None:
    one, _ = titled(api, "One", "Two")
    api.engine.execute("UPDATE queue_items SET status = 'completed' WHERE id = :id", id=one)
    page = visit(api, "/?status=completed")
    assert [form.get("action") for form in page.all(".menu form")] == [f"/queue/{one}/remove"]
