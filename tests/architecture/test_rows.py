"""Each row of what a browser must be able to do has a test in a browser."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.architecture.named_tests import assert_tests_exist
from tests.architecture.source_tree import ROOT


def rows_of_tests() -> Iterator[int]:
    for path in sorted((ROOT / "tests" / "browser").glob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                for mark in node.decorator_list:
                    if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.rows":
                        yield from (ast.literal_eval(number) for number in mark.args)


def table() -> list[list[str]]:
    """Return the rows of both tables, each as its cells."""
    page = (ROOT / "docs" / "ui.md").read_text(encoding="utf-8")
    return [row.split(" | ") for row in re.findall(r"^\| (\d+ \| .*) \|$", page, re.MULTILINE)]


def test_every_row_of_a_browser_is_gone_through_in_one() -> None:
    rows = [int(cells[0]) for cells in table() if len(cells) == 2]
    assert rows == sorted(set(rows))
    assert sorted(set(rows_of_tests())) == rows


def test_every_other_row_names_tests_that_exist() -> None:
    for cells in table():
        if len(cells) == 3:
            assert_tests_exist(cells[2])


def test_no_row_is_left_out() -> None:
    # Two are of recordings that are protected.
    assert sorted(int(cells[0]) for cells in table()) == [row for row in range(1, 117) if row not in {49, 61}]
