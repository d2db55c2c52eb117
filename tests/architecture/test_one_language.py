"""What is translated is no part of a text: a line that the command puts together would have two languages."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

import pytest

from tests.architecture.source_tree import modules

TRANSLATED = frozenset({"in_one_language", "translated", "translated_text", "shown_of"})


def name_of(function: ast.expr) -> str:
    return getattr(function, "attr", getattr(function, "id", ""))


def is_translated(node: ast.AST, translating: frozenset[str] = TRANSLATED) -> bool:
    """Return whether a value comes in the person's language, from one of the functions of these names."""
    return (isinstance(node, ast.Call) and name_of(node.func) in translating) or (
        isinstance(node, ast.Attribute) and node.attr == "shown"
    )


def functions_of(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            yield node


def translated_names(function: ast.AST, translating: frozenset[str] = TRANSLATED) -> set[str]:
    """Return the names that a function gives to what is translated."""
    return {
        target.id
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and any(is_translated(each, translating) for each in ast.walk(node.value))
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


def translating_functions(trees: Sequence[ast.AST]) -> frozenset[str]:
    """Return the names of the functions that return what is translated, also by others: those that modules share.

    What a module has for itself may have the name of something else elsewhere.
    """
    found = TRANSLATED
    while (
        more := {
            function.name
            for tree in trees
            for function in functions_of(tree)
            if not function.name.startswith("_") and _returns(function, found)
        }
        - found
    ):
        found |= more
    return found


def _returns(function: ast.FunctionDef, translating: frozenset[str]) -> bool:
    names = translated_names(function, translating)
    return any(
        is_translated(each, translating) or (isinstance(each, ast.Name) and each.id in names)
        for node in ast.walk(function)
        if isinstance(node, ast.Return) and node.value is not None
        for each in ast.walk(node.value)
    )


def mixed(tree: ast.AST, translating: frozenset[str] = TRANSLATED) -> list[int]:
    """Return the lines on which a text has words of its own beside what is translated."""
    return [
        node.lineno
        for function in functions_of(tree)
        for names in [translated_names(function, translating)]
        for node in ast.walk(function)
        if isinstance(node, ast.JoinedStr) and words_beside(node) and _has_translated(node, names, translating)
    ]


def _has_translated(text: ast.JoinedStr, names: set[str], translating: frozenset[str]) -> bool:
    return any(
        is_translated(node, translating) or (isinstance(node, ast.Name) and node.id in names) for node in ast.walk(text)
    )


def test_no_line_of_the_command_has_two_languages() -> None:
    every = list(modules("client/ohdio_client"))
    translating = translating_functions([module.tree for module in every])
    assert {"remark", "state_of", "why_paused"} <= translating
    assert [f"{module.path}:{line}" for module in every for line in mixed(module.tree, translating)] == []


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


def test_one_that_has_it_from_another_function_is_seen() -> None:
    tree = ast.parse(
        "def why(item):\n    said = translated(item)\n    return said\n\n"
        "def line(item):\n    return f'it waits: {why(item)}'"
    )
    assert mixed(tree, translating_functions([tree])) != []
