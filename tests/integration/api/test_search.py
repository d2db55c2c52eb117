"""Searches find the same books, whichever pieces of the words the index is asked for."""

from __future__ import annotations

from random import Random

import pytest
from sqlalchemy import select

from ohdio_api import rare_pieces
from ohdio_api.search import mentioning
from ohdio_core.db.models import Audiobook
from ohdio_core.domain.text_folding import fold_text
from tests.fixtures.engine import Engine

BOOKS = 300
ALPHABETS = ("abeé n", "ÉÈêçœŒ ’'", "日本語の本 ", "%_\\\"'“”« -", "İıIß ŁΣς", "ﬁ①½ａ \u0301\u0308", "👩‍🚀🎧 x")
ODD = (
    "",
    " ",
    "%",
    "_",
    "__",
    "'",
    '"',
    "\\",
    "a%",
    "{a,b}",
    "NULL",
    "ab",
    "本",
    "語の",
    "́",
    "éé",
    "’’’",
    "no such words",
)


def write(random: Random) -> str:
    """Make a title up of one or two alphabets."""
    letters = "".join(random.sample(ALPHABETS, random.randint(1, 2)))
    return "".join(random.choices(letters, k=random.randint(0, 12)))


def find(engine: Engine, words: str) -> set[int]:
    with engine.database.reading() as session:
        return set(session.scalars(select(Audiobook.id).where(mentioning(session, words))))


@pytest.fixture
def books(engine: Engine) -> dict[int, str]:
    """The words of made-up books by their ids."""
    random = Random(11)
    titles = [write(random) for _ in range(BOOKS)]
    engine.execute(
        """
        INSERT INTO audiobooks (url, source, external_id, title, authors)
        SELECT 'https://stories.example/' || n, 'stories', n::text, title, ARRAY['Zoé ' || n % 7]
        FROM unnest(CAST(:titles AS text[])) WITH ORDINALITY AS titles (title, n)
        """,
        titles=titles,
    )
    return {row.id: row.words for row in engine.rows("SELECT id, words FROM audiobooks")}


def test_a_search_finds_what_it_would_find_by_looking_at_every_book(
    engine: Engine, books: dict[int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    random = Random(12)
    pieces = [words[at : at + random.randint(1, 9)] for words in books.values() for at in random.sample(range(9), 1)]
    sought = [*ODD, *random.sample(pieces, 70), *(write(random) for _ in range(20)), "zoe 3", "ZOÉ", "oé 1"]
    plain = {words: engine.value("SELECT plain_text(:words)", words=words) for words in sought}
    expected = {
        words: {book for book, text in books.items() if plain[words] and plain[words] in text} for words in sought
    }

    assert {words: find(engine, words) for words in sought} == expected  # with no or old statistics
    engine.execute("ANALYZE audiobooks")
    monkeypatch.setattr(rare_pieces, "_READ_EVERY", -1.0)
    assert {words: find(engine, words) for words in sought} == expected
    assert sum(bool(found) for found in expected.values()) > 30

    # Python may know other characters than PostgreSQL; then the index is asked for all pieces.
    monkeypatch.setattr(rare_pieces, "fold_text", lambda words: f"{fold_text(words)} otherwise")
    assert {words: find(engine, words) for words in sought} == expected


@pytest.mark.usefixtures("books")
def test_the_index_is_asked_for_the_rarest_pieces(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    engine.execute("UPDATE audiobooks SET title = 'The night of ' || md5(id::text), authors = ARRAY['Oswald']")
    engine.execute("UPDATE audiobooks SET title = 'The night of foxes' WHERE id % 10 = 0")
    engine.execute("ANALYZE audiobooks")
    monkeypatch.setattr(rare_pieces, "_READ_EVERY", -1.0)

    with engine.database.reading() as session:
        query = select(Audiobook.id).where(mentioning(session, "NIGHT of Foxes"))
        asked = query.compile(engine.database.engine).params.values()
        counts = rare_pieces.piece_counts(session)

    assert counts.rarest("night of foxes") in asked
    assert set(counts.rarest("night of foxes")) < {" fo", "fox", "oxe", "xes"}
    assert counts.rarest("night of zebras") == ["f z", " ze", "zeb"]  # of which nothing is known
    assert counts.rarest("zz") == counts.rarest("") == []
    # Words are no more frequent than their rarest piece; those of which nothing is known may be common.
    assert counts.most("night of foxes") == pytest.approx(0.1)
    assert counts.most("night of zebras") < counts.most("the night of") == pytest.approx(1.0)
    assert counts.most("zz") == counts.most("") == rare_pieces.PieceCounts({}, 0.0).most("night") == 1.0


@pytest.mark.usefixtures("books")
def test_statistics_are_read_seldom(engine: Engine) -> None:
    engine.execute("ANALYZE audiobooks")
    with engine.database.reading() as session:
        first = rare_pieces.piece_counts(session)
    with engine.database.unit_of_work() as work:
        assert rare_pieces.piece_counts(work.session) is first
