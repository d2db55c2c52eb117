from __future__ import annotations

import ast
import subprocess
from pathlib import PurePosixPath

from ohdio_core.sources.http import ClientSettings
from ohdio_core.sources.registry import offered
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


def test_only_sources_know_sources_by_name() -> None:
    names = {source.name for source in offered(ClientSettings(), with_ytdlp=True)}
    deciding = [
        f"{module.path}:{constant.lineno}"
        for module in modules("shared", "services", "deploy")
        # Migrations mend what sources of their time wrote, whatever these are called today.
        if not module.path.is_relative_to("shared/ohdio_core/sources") and "migrations" not in module.path.parts
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Compare | ast.MatchValue | ast.Set)
        for constant in ast.walk(node)
        if isinstance(constant, ast.Constant) and constant.value in names
    ]
    assert deciding == []


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
