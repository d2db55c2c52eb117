"""What is translated is no part of a text: a line that the command puts together would have two languages."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.source_tree import modules

TRANSLATED = frozenset({"in_one_language", "translated", "translated_text", "shown_of"})


def name_of(function: ast.expr) -> str:
    return getattr(function, "attr", getattr(function, "id", ""))


def is_translated(node: ast.AST) -> bool:
    """Return whether a value comes in the person's language."""
    return (isinstance(node, ast.Call) and name_of(node.func) in TRANSLATED) or (
        isinstance(node, ast.Attribute) and node.attr == "shown"
    )


def functions_of(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            yield node


def translated_names(function: ast.AST) -> set[str]:
    """Return the names that a function gives to what is translated."""
    return {
        target.id
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and any(map(is_translated, ast.walk(node.value)))
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def words_beside(text: ast.JoinedStr) -> bool:
    return any(
        character.isalpha() or character in ":;"
        for part in text.values
        if isinstance(part, ast.Constant)
        for character in str(part.value)
    )


def mixed(tree: ast.AST) -> list[int]:
    """Return the lines on which a text has words of its own beside what is translated."""
    return [
        node.lineno
        for function in functions_of(tree)
        for names in [translated_names(function)]
        for node in ast.walk(function)
        if isinstance(node, ast.JoinedStr) and words_beside(node) and _has_translated(node, names)
    ]


def _has_translated(text: ast.JoinedStr, names: set[str]) -> bool:
    return any(is_translated(node) or (isinstance(node, ast.Name) and node.id in names) for node in ast.walk(text))


def test_no_line_of_the_command_has_two_languages() -> None:
    found = [f"{module.path}:{line}" for module in modules("client/ohdio_client") for line in mixed(module.tree)]
    assert found == []


@pytest.mark.parametrize(
    "body",
    [
        "return f'{item.url}: left alone. {translated_text(item.detail, item.message)}'",
        "why = f': {translated_text(book.reason, book.message)}'",
        "error = translated_text(a, b)\n    return f'not converted. {error}'",
        "yield f'It cannot be told: {error.shown}'",
    ],
)
def test_one_that_has_is_seen(body: str) -> None:
    assert mixed(ast.parse(f"def line(item):\n    {body}")) != []


def test_one_that_stands_further_in_is_none() -> None:
    assert mixed(ast.parse("def line(file):\n    return f'  {translated_text(file.reason, file.message)}'")) == []
