from __future__ import annotations

import ast
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from pathlib import PurePosixPath

import pytest

from ohdio_core.sources.http import ClientSettings
from ohdio_core.sources.registry import offered
from tests.architecture.source_tree import ROOT, SOURCES, modules, statement_files

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

#: What is no part of the product.
TOOLS = ("demo", "devservers", "tools")
BESIDE = (*TOOLS, "tests")

#: A docstring says what is returned, raised or done, in the words that every reader knows.
PRIVATE_OPENINGS = {"Ask", "Be", "Bring", "Give", "Have", "Let", "Say", "Tell", "Whether"}
#: Routes and commands whose docstrings people read, in OpenAPI and after ``--help``: those are sentences to them.
READ_BY_PEOPLE = ("endpoints.py", "cli/pause.py", "cli/sources.py")


def test_docstrings_begin_with_what_is_returned_or_done() -> None:
    private = [
        f"{module.path}:{node.lineno} {docstring.splitlines()[0]}"
        for module in modules(*SOURCES, *BESIDE)
        if not str(module.path).endswith(READ_BY_PEOPLE)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and (docstring := ast.get_docstring(node))
        and docstring.split()[0] in PRIVATE_OPENINGS
    ]
    assert private == []


def test_no_two_classes_have_one_name() -> None:
    places = defaultdict(set)
    for module in modules(*SOURCES, *TOOLS):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef):
                places[node.name].add(f"{module.path}:{node.lineno}")
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_only_the_unit_of_work_commits() -> None:
    commits = [
        f"{module.path}:{node.lineno}"
        for module in modules(*SOURCES)
        if not module.path.is_relative_to("shared/ohdio_core/db")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]
    assert commits == []


_REQUESTS = {"get", "post", "put", "delete", "head", "request", "stream", "Client", "AsyncClient"}


def test_requests_of_tests_say_how_long_they_wait() -> None:
    # A busy machine takes longer than the five seconds after which httpx gives up by itself.
    impatient = [
        f"{module.path}:{node.lineno}"
        for module in modules("tests")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and (node.func.value.id, node.func.attr) in {("httpx", each) for each in _REQUESTS}
        and not any(keyword.arg in {"timeout", None} for keyword in node.keywords)
    ]
    assert impatient == []


#: A status among what an UPDATE sets.
_SETS_STATUS = re.compile(
    r"\bSET\b(?:(?!\b(?:FROM|WHERE|RETURNING)\b).)*?(?<![\w.])status\s*=(?!=)", re.DOTALL | re.IGNORECASE
)


_STATEMENT = re.compile(r"^\s*(?:WITH|SELECT|INSERT|UPDATE|DELETE)\b")


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
        for module in modules(*SOURCES)
        if "migrations" not in module.path.parts and writes_status(module.tree)
    } | {str(file) for file in statement_files() if _SETS_STATUS.search((ROOT / file).read_text(encoding="utf-8"))}
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


#: What is longer has a name and a file of its own (``ohdio_core.db.named_sql``).
LONGEST_STATEMENT = 8


def test_long_statements_have_files_of_their_own() -> None:
    long = [
        f"{module.path}:{node.lineno}"
        for module in modules(*SOURCES)
        if "migrations" not in module.path.parts
        for node in ast.walk(module.tree)
        if isinstance(node, ast.JoinedStr | ast.Constant)
        and _STATEMENT.search("".join(statements(ast.Expr(node))))
        and (node.end_lineno or node.lineno) - node.lineno > LONGEST_STATEMENT + 1  # the lines of the quotes
    ]
    assert long == []


def test_every_statement_of_a_file_is_used_by_the_module_beside_it() -> None:
    for file in statement_files():
        module = (ROOT / file).with_suffix(".py").read_text(encoding="utf-8")
        names = re.findall(r"^-- name: (\w+)$", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)
        assert names
        assert [name for name in names if f'"{name}"' not in module] == [], file


def test_only_sources_know_sources_by_name() -> None:
    names = {source.name for source in offered(ClientSettings(), with_ytdlp=True)}
    deciding = [
        f"{module.path}:{constant.lineno}"
        for module in modules(*SOURCES)
        # Migrations mend what sources of their time wrote, whatever these are called today.
        if not module.path.is_relative_to("shared/ohdio_core/sources") and "migrations" not in module.path.parts
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Compare | ast.MatchValue | ast.Set)
        for constant in ast.walk(node)
        if isinstance(constant, ast.Constant) and constant.value in names
    ]
    assert deciding == []


def test_no_file_has_the_marks_of_a_conflict() -> None:
    marks = "|".join(re.escape(mark * 7) for mark in "<>|")
    looking = ["git", "grep", "-nIE", f"^({marks}) "]
    found = subprocess.run(looking, cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.stdout == ""


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
