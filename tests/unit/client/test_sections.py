"""What ``ohdio`` can do is what the distributions bring that are installed."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

from ohdio_client.cli.help import GROUP
from ohdio_client.cli.sections import SECTIONS, sections_of, why_missing
from tests.architecture.source_tree import ROOT
from tests.unit.client.commands import commands_of


def test_every_command_is_listed_in_its_section_and_every_name_is_a_command() -> None:
    listed = [name for names in SECTIONS.values() for name in names]
    assert sorted(listed) == sorted([*commands_of(ROOT / "client"), *commands_of(ROOT / "deploy" / "standalone")])


def test_what_is_installed_is_what_the_distributions_declare() -> None:
    declared = {**commands_of(ROOT / "client"), **commands_of(ROOT / "deploy" / "standalone")}
    assert {entry.name: entry.value for entry in entry_points(group=GROUP)} == declared


def test_help_lists_each_installed_command_in_order() -> None:
    ohdio = Path(sys.executable).with_name("ohdio")
    shown = subprocess.run([ohdio, "--help"], capture_output=True, text=True, check=True).stdout
    places = [
        shown.index(f"\n  {name} ") if name in names else shown.index(f"{title}:")
        for title, names in SECTIONS.items()
        for name in (title, *names)
    ]
    assert places == sorted(places)


def test_a_section_without_a_command_here_is_left_out_and_a_stranger_comes_last() -> None:
    assert list(sections_of(["repair", "queue", "show", "dance"])) == [
        ("Talk to the ohdio that is running", ["queue", "show"]),
        ("Look after it", ["repair"]),
        ("Others", ["dance"]),
    ]


def test_a_command_of_the_product_says_where_it_is_to_be_had() -> None:
    assert "`ohdio up` is not installed here" in str(why_missing("up"))
    assert "distribution `ohdio`" in str(why_missing("up"))
    assert why_missing("dance") is None
