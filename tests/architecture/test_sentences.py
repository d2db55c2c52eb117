"""Sentences for people are made of our own words, or of what ``reason_of`` leaves of others'."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.architecture.source_tree import SOURCES, Module, modules

#: What is written for those who mend ohdio.
FOR_DEVELOPERS = frozenset({"deploy/standalone/ohdio/site_report.py"})


def sentence_makers() -> Iterator[Module]:
    return (module for module in modules(*SOURCES) if str(module.path) not in FOR_DEVELOPERS)


def own_errors() -> frozenset[str]:
    return frozenset(
        node.name for module in modules(*SOURCES) for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef)
    )


def foreign_handlers(module: Module, own: frozenset[str]) -> Iterator[tuple[str, ast.ExceptHandler]]:
    """Yield what catches errors that are not all ours, with the name that it gives them."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ExceptHandler) and node.name is not None and node.type is not None:
            caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            if not all(isinstance(each, ast.Name) and each.id in own for each in caught):
                yield node.name, node


def is_its_text(value: ast.expr, name: str) -> bool:
    """Return whether an expression is the error, ``str`` of it, or the name of its class."""
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in {"str", "repr"}:
        value = value.args[0]
    is_class_name = isinstance(value, ast.Attribute) and value.attr == "__name__"
    return is_class_name or (isinstance(value, ast.Name) and value.id == name)


def test_no_sentence_repeats_what_another_library_says() -> None:
    own = own_errors()
    repeated = [
        f"{module.path}:{value.lineno}"
        for module in sentence_makers()
        for name, handler in foreign_handlers(module, own)
        for sentence in ast.walk(handler)
        if isinstance(sentence, ast.JoinedStr)
        for value in sentence.values
        if isinstance(value, ast.FormattedValue) and is_its_text(value.value, name)
    ]
    assert repeated == []


def test_no_sentence_names_an_exception() -> None:
    named = [
        f"{module.path}:{node.lineno}"
        for module in sentence_makers()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute)
        and node.attr == "__name__"
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name)
        and node.value.func.id == "type"
    ]
    assert named == []
