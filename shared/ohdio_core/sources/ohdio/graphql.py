"""OHdio's own API: one GraphQL endpoint, asked with the text of a query, or with the hash of one that it keeps.

The hashes are those of the site's web player, seen unchanged from 2025-07 to 2026-04, but they go with
a build of the site; a query's text does not. The status is 200 whatever the answer: a thing that does not
exist is a ``PageError`` or ``NotFoundError``, a hash that does not fit an empty object, a refused query
``errors``. Answers to texts carry ``__typename``, those to hashes ``typename``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from ohdio_core.errors import DiffersForNow, NotFound, PermanentError, TransientError
from ohdio_core.sentences import Sentence, sentence
from ohdio_core.sources.http import Response, SiteClient
from ohdio_core.sources.json_values import at, decoded, list_at, text_at
from ohdio_core.sources.markup import line_of_text
from ohdio_core.sources.ohdio import links

ENDPOINT = "https://services.radio-canada.ca/bff/audio/graphql"
# The server's guard against cross-site requests lets a GET through only with these.
_HEADERS = {"content-type": "application/json", "apollo-require-preflight": "true"}
_NO_REASON = sentence("ohdio.no_reason", "no reason given")
_GONE = sentence("ohdio.gone", "it does not exist, or not any more")


@dataclass(frozen=True, slots=True)
class Operation:
    """A question of the API."""

    name: str  #: "audioBookById"
    text: str  #: the query
    answer_key: str | None = None  #: where in ``data`` the answer is, when not under the operation's name

    def ask(self, http: SiteClient, parameters: Mapping[str, Any]) -> Any:
        """Send a query as text; return the answer, an object.

        Raises:
            NotFound: The site says that there is no such thing.
            PermanentError: The API refuses the question, or does not know it.
            TransientError: The API failed.
        """
        payload = {"operationName": self.name, "query": self.text, "variables": {"params": dict(parameters)}}
        headers = {"x-apollo-operation-name": self.name, **_HEADERS}
        return self._answer(lambda: http.post_json(ENDPOINT, payload, headers=headers))

    def ask_persisted(self, http: SiteClient, sha256: str, parameters: Mapping[str, Any]) -> Any:
        """Send the hash of a query that the server keeps; return and raise as ``ask`` does."""
        query = {
            "opname": self.name,
            "extensions": _compact({"persistedQuery": {"version": 1, "sha256Hash": sha256}}),
            "variables": _compact({"params": dict(parameters)}),
        }
        return self._answer(lambda: http.get(f"{ENDPOINT}?{urlencode(query)}", headers=_HEADERS))

    def _answer(self, send: Callable[[], Response]) -> Any:
        try:
            body = send().body
        except NotFound as error:
            # The API itself is gone, which says nothing about the thing that was asked for.
            raise PermanentError(
                sentence("ohdio.api_gone", "OHdio's API is not there any more: {error}", error=error.sentence)
            ) from error
        return parse_answer(body, self.answer_key or self.name)


def parse_answer(body: bytes, key: str) -> Any:
    """Return the object under ``data`` and ``key`` of an answer.

    Raises:
        NotFound: The site says that there is no such thing.
        PermanentError: It refuses the question, or does not know it.
        DiffersForNow: It did not answer with JSON.
        TransientError: It failed.
    """
    try:
        answer = decoded(body)
    except ValueError as error:
        raise DiffersForNow(
            links.SITE_NAME, sentence("ohdio.api_no_json", "its API did not answer with JSON.")
        ) from error
    found = at(answer, "data", key)
    if isinstance(found, dict) and found:
        return _checked(found)
    errors = list_at(answer, "errors")
    if errors:
        code = text_at(errors[0], "extensions", "code")
        message = line_of_text(text_at(errors[0], "message")) or code or _NO_REASON
        if code == "INTERNAL_SERVER_ERROR":
            raise TransientError(_failed(message))
        raise PermanentError(_refused(message))
    raise PermanentError(
        sentence(
            "ohdio.api_unknown_question",
            "OHdio's API does not know the question {question} in this form.",
            question=key,
        )
    )


def typename(value: Any) -> str:
    """Return the type of an answer's object, as it states it."""
    return text_at(value, "typename") or text_at(value, "__typename")


def _checked(found: dict[str, Any]) -> dict[str, Any]:
    kind = typename(found)
    if not kind.endswith("Error"):
        return found
    message = line_of_text(text_at(found, "message")).rstrip(".") or _GONE
    if "NotFound" in kind or "NotFound" in text_at(found, "code") or "ContentNotFound" in list_at(found, "codes"):
        raise NotFound(sentence("ohdio.not_found", "OHdio does not have this: {message}.", message=message))
    if "InvalidArgument" in kind:
        raise PermanentError(_refused(message))
    raise TransientError(_failed(message))


def _failed(message: str | Sentence) -> Sentence:
    return sentence("ohdio.api_failed", "OHdio's API failed: {message}.", message=message)


def _refused(message: str | Sentence) -> Sentence:
    return sentence("ohdio.api_refused", "OHdio's API refuses the question: {message}.", message=message)


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))
