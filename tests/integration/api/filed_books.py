"""Books that are in the library."""

from __future__ import annotations

from tests.fixtures.api import Api

SOUND = bytes(range(256)) * 40
PICTURE = b"\xff\xd8\xff" + b"picture"


def filed(api: Api, title: str = "Sailing") -> tuple[int, int]:
    """Put a book of two parts into the library; return its id and its item's."""
    (item_id,) = api.engine.items(1)
    api.engine.execute(
        "UPDATE audiobooks SET title = :title, authors = '{Odile Marchand}' WHERE id = :id",
        title=title,
        id=api.book_of(item_id),
    )
    parts = {"01 - One.mp3": SOUND, "02 - Two.m4a": b"second part"}
    return api.file_book(item_id, parts, PICTURE), item_id
