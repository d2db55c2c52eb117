"""Every sentence that people can see has an id and values, by which it can be said in another language."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import dataclass
from string import Formatter
from types import NoneType
from typing import get_args

import pytest
from pydantic import BaseModel

from ohdio_core import schemas
from ohdio_core.domain import failure_cause
from ohdio_core.schemas.sentences import SentenceView
from tests.architecture.source_tree import SOURCES, modules

AN_ID = re.compile(r"[a-z_]+(\.[a-z_]+)*")


@dataclass(frozen=True)
class Written:
    """A call of ``sentence``."""

    place: str
    call: ast.Call

    def literal(self, index: int) -> str | None:
        value = self.call.args[index] if index < len(self.call.args) else None
        return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None

    @property
    def values(self) -> set[str | None]:
        return {keyword.arg for keyword in self.call.keywords}


def calls_of(function: str) -> Iterator[Written]:
    for module in modules(*SOURCES):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and name_of(node.func) == function:
                yield Written(f"{module.path}:{node.lineno}", node)


def name_of(function: ast.expr) -> str | None:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else None


#: The errors whose messages people read, with all that descend from them.
OF_PEOPLE = frozenset({"OhdioError", "InvalidSettings", "CommandError", "BadParameter"})


def errors_of_people() -> frozenset[str]:
    """Return the names of the errors whose messages people read."""
    bases = {
        node.name: {name_of(base) for base in node.bases}
        for module in modules(*SOURCES)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef)
    }
    errors = {*OF_PEOPLE}
    while more := {name for name, above in bases.items() if above & errors} - errors:
        errors |= more
    return frozenset(errors)


def texts_in_errors(tree: ast.AST, errors: frozenset[str]) -> list[int]:
    """Return the lines where an error is made of text; that what comes in a variable is a sentence, mypy sees."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and (name_of(node.func) in errors or name_of(node.func) == "prefix_with")
        if any(map(is_text, node.args))
    ]


def is_text(argument: ast.expr) -> bool:
    match argument:
        case ast.Constant(value=str()) | ast.JoinedStr():
            return True
        case ast.Call(func=ast.Name("str" | "repr")) | ast.Call(func=ast.Attribute(attr="join" | "format")):
            return True
        case ast.BinOp(left=left, right=right):
            return is_text(left) or is_text(right)
    return False


def test_every_sentence_is_written_out_with_its_id() -> None:
    written = list(calls_of("sentence"))
    assert len(written) > 200
    assert [
        each.place
        for each in written
        if len(each.call.args) != 2 or each.literal(1) is None or not AN_ID.fullmatch(each.literal(0) or "")
    ] == []


def test_every_id_has_one_template_in_one_place() -> None:
    places: dict[str | None, list[str]] = {}
    for each in calls_of("sentence"):
        places.setdefault(each.literal(0), []).append(each.place)
    assert {id_: found for id_, found in places.items() if len(found) > 1} == {}


def test_every_value_is_in_its_template_and_every_field_has_a_value() -> None:
    assert [
        each.place
        for each in calls_of("sentence")
        if {field for _, field, _, _ in Formatter().parse(each.literal(1) or "") if field is not None} != each.values
    ] == []


def prose_in(call: ast.Call) -> list[str]:
    """Return the values that are English whoever reads the sentence: what errors say, and what fields are described by.

    What programs of others say is kept: it has names of its own ("message").
    """
    return [
        ast.unparse(node)
        for keyword in call.keywords
        for node in ast.walk(keyword.value)
        if (isinstance(node, ast.Call) and ast.unparse(node) in {"str(error)", "str(error.args[0])"})
        or name_of_value(node) == "description"
    ]


def name_of_value(node: ast.AST) -> str | None:
    return name_of(node) if isinstance(node, ast.Attribute | ast.Name) else None


def test_no_value_is_what_a_field_is_described_by_or_an_error_says() -> None:
    assert {each.place: prose for each in calls_of("sentence") if (prose := prose_in(each.call))} == {}


@pytest.mark.parametrize("value", ["description", "setting.description", "str(error).rstrip('.')"])
def test_a_value_that_is_prose_is_seen(value: str) -> None:
    written = ast.parse(f"sentence('a.b', 'Expected: {{said}}.', said={value})", mode="eval").body
    assert isinstance(written, ast.Call)
    assert prose_in(written) != []


def test_no_error_is_made_of_text_without_an_id() -> None:
    errors = errors_of_people()
    assert {
        "PermanentError",
        "NotAFeed",
        "SectionsDisagree",
        "BadInput",
        "PostgresUnavailable",
        "FileUnusable",
    } <= errors
    assert [
        f"{module.path}:{line}" for module in modules(*SOURCES) for line in texts_in_errors(module.tree, errors)
    ] == []


@pytest.mark.parametrize(
    "wrong",
    [
        'BadInput("There is no such book.")',
        'BadInput(f"{word}: there is no such book.")',
        'ApiUnreachable("{} is silent.".format(url))',
        'typer.BadParameter("There are no words in it.")',
        'ItemRefused("\\n".join(lines))',
        'PostgresUnavailable("It ended:\\n" + log)',
        "BackupError(str(error))",
    ],
)
def test_an_error_that_is_made_of_text_is_seen(wrong: str) -> None:
    right = 'raise BadInput(sentence("book.none", "There is no such book."), details=[line])'
    assert texts_in_errors(ast.parse(f"{right}\nraise {wrong} from None"), errors_of_people()) == [2]


def test_what_stands_on_the_command_line_is_refused_by_sentences() -> None:
    """The error of typer takes any text, so that mypy sees nothing of it."""
    assert [
        str(module.path)
        for module in modules(*SOURCES)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr in {"BadParameter", "UsageError", "ClickException"}
    ] == ["client/ohdio_client/cli/bad_argument.py"]


def test_only_what_earlier_versions_wrote_has_no_id_of_its_own() -> None:
    assert [
        each.place for each in calls_of("legacy") if not each.place.startswith("shared/ohdio_core/sentences.py:")
    ] == []


def test_every_id_that_has_a_cause_of_failures_is_one_of_the_code_and_named_once() -> None:
    named = [id_ for ids in failure_cause._BY_ID.values() for id_ in ids]
    known = {each.literal(0) or "" for each in calls_of("sentence")}
    assert [id_ for id_ in [*named, *failure_cause._INNER] if id_ not in known] == []
    assert len(named) == len(set(named))
    assert {kind for kind in failure_cause._BY_KIND if not any(id_.startswith(f"{kind}.") for id_ in known)} == set()


#: How texts of the API are called that are sentences.
SENTENCES = frozenset(
    {
        "detail",
        "error",
        "explanation",
        "how_to_update",
        "library_problem",
        "limit_reason",
        "message",
        "note",
        "reason",
        "text",
    }
    | {"wait_reason"}
)
#: And those that are none: what sites and people write, names, addresses, and values.
DATA = frozenset(
    {
        "about",
        "actor",
        "address",
        "asin",
        "audience",
        "becomes",
        "browser",
        "catalogue",
        "cover_url",
        "default",
        "description",
        "document",
        "external_id",
        "folder",
        "format",
        "genre",
        "host",
        "id",
        "isbn",
        "language",
        "listener",
        "made_at",
    }
    | {"library_path", "listing_url", "location", "name", "next", "publisher", "q", "series", "series_position"}
    | {
        "secret",
        "service",
        "sha256",
        "show",
        "site",
        "source",
        "status",
        "title",
        "trace_id",
        "type",
        "unit",
        "url",
        "value",
        "variable",
    }
    | {"path", "place", "version", "way", "where"}
)
#: Its note is the site's: what it is, in its words.
OF_A_SITE = frozenset({("Hit", "note")})


def answers() -> Iterator[type[BaseModel]]:
    """Yield all that the API takes and answers."""
    for found in pkgutil.iter_modules(schemas.__path__):
        module = importlib.import_module(f"{schemas.__name__}.{found.name}")
        for each in vars(module).values():
            if isinstance(each, type) and issubclass(each, BaseModel) and each.__module__ == module.__name__:
                yield each


def fields_of(model: type[BaseModel], kind: type) -> set[str]:
    return {
        name
        for name, field in model.model_fields.items()
        if field.annotation is kind or {kind, NoneType} <= {*get_args(field.annotation)}
    }


def test_every_sentence_of_the_api_has_its_id_and_values_beside_it() -> None:
    texts = {(model.__name__, name) for model in answers() for name in fields_of(model, str)}
    assert ("QueueItemView", "error") in texts
    assert sorted((model, name) for model, name in texts if name not in SENTENCES | DATA) == [], "which of both is it?"
    assert [
        (model.__name__, said)
        for model in answers()
        if (said := {name for name in fields_of(model, str) & SENTENCES if (model.__name__, name) not in OF_A_SITE})
        if len(said) != len(fields_of(model, SentenceView))
    ] == []
