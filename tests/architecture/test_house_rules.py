from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import PurePosixPath

import pytest

from tests.architecture.source_tree import ROOT, modules

#: Written in pieces, or this file would break its own rule.
REGISTRY_HOSTS = [
    ".".join(pieces).encode()
    for pieces in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("pypi", "python", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("deb", "debian", "org"),
        ("security", "debian", "org"),
    )
]


def test_only_the_unit_of_work_commits() -> None:
    commits = [
        f"{module.path}:{node.lineno}"
        for module in modules("shared", "services", "deploy")
        if not module.path.is_relative_to("shared/ohdio_core/db")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]
    assert commits == []


#: A status among what an UPDATE sets.
_SETS_STATUS = re.compile(
    r"\bSET\b(?:(?!\b(?:FROM|WHERE|RETURNING)\b).)*?(?<![\w.])status\s*=(?!=)", re.DOTALL | re.IGNORECASE
)


def statements(tree: ast.AST) -> Iterator[str]:
    """Yield the texts of a module; what is put into one at run time is left out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def writes_status(tree: ast.AST) -> bool:
    """Return whether a module sets a status, by SQL or by SQLAlchemy's ``values``."""
    return any(_SETS_STATUS.search(text) for text in statements(tree)) or any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "values"
        and any(keyword.arg == "status" for keyword in node.keywords)
        for node in ast.walk(tree)
    )


def test_only_the_transitions_write_a_status() -> None:
    writers = {
        str(module.path)
        for module in modules("shared", "services", "deploy")
        if "migrations" not in module.path.parts and writes_status(module.tree)
    }
    assert writers == set()  # ``Transition.assignments`` puts it together


@pytest.mark.parametrize(
    "code",
    [
        "sql('UPDATE queue_items SET status = 1')",
        "sql(f'UPDATE {table} AS row SET {other}, status = 1 WHERE id = 7')",
        "sql('UPDATE queue_items SET a = 1,\\n  status = CASE WHEN b THEN c END FROM d')",
        "sql('INSERT INTO a (b) VALUES (1) ON CONFLICT (b) DO UPDATE SET status = 1')",
        "update(QueueItem).values(status='queued')",
    ],
)
def test_a_statement_that_writes_a_status_is_found(code: str) -> None:
    assert writes_status(ast.parse(code))


def test_a_statement_that_only_reads_a_status_is_none() -> None:
    assert not writes_status(ast.parse("sql('UPDATE a SET b = 1 WHERE status = 2')"))


def test_no_file_names_a_package_registry() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    files = [PurePosixPath(name.decode()) for name in listed.stdout.split(b"\0") if name]
    assert files
    naming = {
        f"{file}: {host.decode()}"
        for file in files
        if (ROOT / file).is_file()  # a deleted one is listed until that is committed
        for host in REGISTRY_HOSTS
        if host in (ROOT / file).read_bytes()
    }
    assert naming == set()
