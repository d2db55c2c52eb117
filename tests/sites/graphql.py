"""OHdio's GraphQL endpoint: which question a request asks, its answer, and how that has drifted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from tests.sites import ohdio, programmes
from tests.sites.catalogue import Catalogue, Drift, SimBook
from tests.sites.connection import Request

_LISTS = ("contentDetail", "episodes", "items")


@dataclass(frozen=True, slots=True)
class Question:
    """One question."""

    operation: str
    parameters: dict[str, Any]
    sha256: str | None  #: of a persisted query; None for one in full
    typename: str  #: how the type of an answer is called

    @classmethod
    def of(cls, request: Request) -> Question:
        """Read a request.

        Raises:
            KeyError, TypeError, ValueError: It makes no sense.
        """
        if request.method == "POST":
            payload: dict[str, Any] = json.loads(request.body)
            query = payload["query"]
            operation = query.split("(")[0].removeprefix("query").strip()
            typename = "typename" if "typename:" in query else "__typename"
            return cls(operation, dict(payload["variables"]["params"]), None, typename)
        fields = parse_qs(request.query)
        sha256 = json.loads(fields["extensions"][0])["persistedQuery"]["sha256Hash"]
        return cls(fields["opname"][0], dict(json.loads(fields["variables"][0])["params"]), str(sha256), "typename")


def asked_book(question: Question, catalogue: Catalogue) -> SimBook | None:
    """The book or episode that a question is about."""
    asked = str(question.parameters.get("id"))
    if question.operation not in ("audioBookById", "playbackListByGlobalId"):
        return None
    return next((book for book in catalogue.books if str(book.id) == asked), None)


def answer(question: Question, catalogue: Catalogue) -> bytes:
    """Answer a question; the status is 200 in every case."""
    drifts = catalogue.drifts
    if question.sha256 is None and Drift.TEXTS_REFUSED in drifts:
        return b'{"errors":[{"message":"Refused","extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]}'
    key, found = _found(question, catalogue)
    if question.sha256 is not None and (Drift.HASHES_FORGOTTEN in drifts or not _is_known(question, catalogue)):
        found = {}
    elif question.operation == "audioBookById":
        found = _book(question, catalogue)
    drifted = _drifted(found, drifts)
    if question.sha256 is None:
        for field in catalogue.lost_fields:
            drifted = _without(drifted, *field.split("."))
    if question.typename != "typename":
        drifted = {question.typename if name == "typename" else name: value for name, value in drifted.items()}
    return json.dumps({"data": {key: drifted}}, ensure_ascii=False).encode()


def _book(question: Question, catalogue: Catalogue) -> dict[str, Any]:
    asked = str(question.parameters["id"])
    found = json.loads(ohdio.book_answer(asked_book(question, catalogue), asked))
    book: dict[str, Any] = found["data"]["audioBookById"]
    return book


def _found(question: Question, catalogue: Catalogue) -> tuple[str, dict[str, Any]]:
    parameters = question.parameters
    asked = str(parameters.get("id"))
    if question.operation == "programmeById":
        programme = next((each for each in catalogue.programmes if str(each.id) == asked), None)
        if programme is None:
            return "programmeById", programmes.not_found(asked)
        books = {book.id: book for book in catalogue.books}
        episodes = [books[episode] for episode in programme.episodes]
        number = int(parameters["pageNumber"])
        if question.sha256 == programmes.NEWER_PROGRAMME_HASH:
            return "program", programmes.newer_programme_page(programme, episodes, number)
        if Drift.NEWER_SHAPE in catalogue.drifts:
            return "programmeById", programmes.newer_programme_page(programme, episodes, number)
        return "programmeById", programmes.programme_page(programme, episodes, number)
    if question.operation == "playbackListByGlobalId":
        book = asked_book(question, catalogue)
        owner = next((each for each in catalogue.programmes if book and book.id in each.episodes), None)
        return question.operation, programmes.playback(owner, book) if book else programmes.not_found(asked)
    if question.operation == "searchPage":
        inside = {episode for programme in catalogue.programmes for episode in programme.episodes}
        books_alone = [book for book in catalogue.books if book.id not in inside]
        results = programmes.search_results(
            str(parameters["query"]), books_alone, list(catalogue.programmes), list(catalogue.categories)
        )
        return question.operation, results
    return question.operation, {}


def _is_known(question: Question, catalogue: Catalogue) -> bool:
    """Return whether a hash is that of a query which the question fits."""
    if question.operation == "programmeById":
        kinds = {str(each.id): each.kind for each in catalogue.programmes}
        kind = kinds.get(str(question.parameters["id"]))
        known = programmes.PROGRAMME_HASHES.get(question.sha256 or "")
        return question.sha256 == programmes.NEWER_PROGRAMME_HASH or (known is not None and kind in (known, None))
    return question.sha256 in (ohdio.AUDIOBOOK_HASH, programmes.PLAYBACK_HASH)


def _drifted(found: dict[str, Any], drifts: Sequence[Drift]) -> dict[str, Any]:
    content = found.get("content")
    changed = {**found, "content": _drifted(content, drifts)} if isinstance(content, dict) else dict(found)
    for name in _LISTS:
        if name not in changed:
            continue
        if Drift.FIELDS_GONE in drifts:
            del changed[name]
        elif Drift.FIELDS_RENAMED in drifts:
            changed[f"{name}V2"] = changed.pop(name)
        elif Drift.FIELDS_NULL in drifts:
            changed[name] = None
    return changed


def _without(value: Any, name: str, *inner: str) -> Any:
    if isinstance(value, list):
        return [_without(each, name, *inner) for each in value]
    if not isinstance(value, dict) or name not in value:
        return value
    if inner:
        return {**value, name: _without(value[name], *inner)}
    return {key: each for key, each in value.items() if key != name}
