"""What docs name of tests, compared with what there is."""

from __future__ import annotations

import re

from tests.architecture.source_tree import ROOT


def assert_tests_exist(cell: str) -> None:
    """Fail for a file below ``tests`` that is not there, or a name that is not in the file before it.

    Args:
        cell: Of a table, with both between backticks.
    """
    source = ""
    for name in re.findall(r"`([^`\s]+)`", cell):
        if "/" in name:
            path = ROOT / "tests" / name
            assert path.exists(), f"{name} is promised, but not there"
            source = path.read_text(encoding="utf-8") if path.is_file() else ""
        else:
            assert f"{name}" in source, f"{name} is promised, but not in the file named before it"
