"""Words as they are looked for, in the database and in Python."""

from __future__ import annotations

import psycopg
import pytest

from ohdio_core.db.migrate import downgrade, upgrade
from ohdio_core.domain.text_folding import fold_text

WRITTEN = {
    "L’Œuvre  d’Élise": "l'oeuvre d'elise",
    "l'OEUVRE d'Elise": "l'oeuvre d'elise",
    "Ångström & Brønsted": "angstrom & bronsted",
    "STRASSE": "strasse",
    "Straße": "strasse",
    "Łódź, Đorđe, Þór": "lodz, dorde, thor",
    "İstanbul ısı": "istanbul isi",
    "ΟΔΟΣ": "οδοσ",
    "οδός": "οδοσ",
    "Ёлка и Йод": "елка и иод",
    "Việt Nam": "viet nam",
    "ﬁn — fin": "fin - fin",
    "«Tome»\u00a02\n": '"tome" 2',
    "100%_\\": "100%_\\",
    "שָׁלוֹם": "שלום",
    "": "",
}


@pytest.mark.parametrize(("written", "plain"), WRITTEN.items())
def test_is_read_in_the_same_way_by_both(database_url: str, written: str, plain: str) -> None:
    for form in ("NFC", "NFD"):
        with psycopg.connect(database_url) as connection:
            row = connection.execute(
                f"SELECT plain_text(normalize(%(written)s::text, {form}))", {"written": written}
            ).fetchone()
        assert row == (plain,)
    assert fold_text(written) == plain


def test_books_from_before_can_be_found_and_older_versions_find_them_again(empty_database_url: str) -> None:
    upgrade(empty_database_url, "0011")
    with psycopg.connect(empty_database_url) as connection:
        connection.execute(
            "INSERT INTO audiobooks (url, source, external_id, title, authors) "
            "VALUES ('https://stories.example/1', 'stories', '1', 'Été', ARRAY['Zoé Nuñez'])"
        )

    upgrade(empty_database_url)
    with psycopg.connect(empty_database_url) as connection:
        assert connection.execute("SELECT words FROM audiobooks").fetchone() == ("ete\nzoe nunez",)

    downgrade(empty_database_url, "0011")
    with psycopg.connect(empty_database_url) as connection:
        found = connection.execute("SELECT book_words(title, authors) FROM audiobooks").fetchone()
    assert found == ("été\nzoé nuñez",)
