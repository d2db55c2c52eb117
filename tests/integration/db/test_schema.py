from __future__ import annotations

import re

import psycopg

from devservers.schema import PAGE, schema


def test_the_schema_to_be_read_is_what_the_migrations_make(database_url: str) -> None:
    assert PAGE.read_text(encoding="utf-8") == schema(database_url), "Run `make docs`: the schema has changed."


def test_every_function_and_trigger_says_why_it_is_there(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        unexplained = connection.execute(
            """
            SELECT proname FROM pg_proc
            WHERE pronamespace = 'public'::regnamespace AND obj_description(oid, 'pg_proc') IS NULL
            UNION ALL
            SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND obj_description(oid, 'pg_trigger') IS NULL
            """
        ).fetchall()
    assert unexplained == []


def test_every_table_says_what_it_is() -> None:
    text = PAGE.read_text(encoding="utf-8")
    tables = re.findall(r"^CREATE TABLE (\w+)", text, re.MULTILINE)
    explained = re.findall(r"^-- .*\nCREATE TABLE (\w+)", text, re.MULTILINE)
    assert explained == tables
