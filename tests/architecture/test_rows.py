"""Each row of what a browser must be able to do has a test in a browser."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.architecture.source_tree import ROOT


def rows_of_tests() -> Iterator[int]:
    for path in sorted((ROOT / "tests" / "browser").glob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                for mark in node.decorator_list:
                    if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.rows":
                        yield from (ast.literal_eval(number) for number in mark.args)


def test_every_row_is_gone_through_and_every_number_is_a_row() -> None:
    table = (ROOT / "docs" / "ui.md").read_text(encoding="utf-8")
    rows = [int(number) for number in re.findall(r"^\| (\d+) \| \w", table, re.MULTILINE)]
    assert rows == sorted(set(rows))
    assert len(rows) > 50
    assert sorted(set(rows_of_tests())) == rows
