from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools.lock import DEV_LOCK, DISTRIBUTIONS, IMAGES, pins, runtime_requirements


def pinned(lock: Path) -> dict[str, str]:
    return dict(line.split("==") for line in pins(lock).splitlines())


@pytest.mark.parametrize("image", IMAGES)
def test_a_lock_holds_all_that_its_image_requires(image: str) -> None:
    required = {re.split(r"[\[<>=!~; ]", line, maxsplit=1)[0] for line in runtime_requirements(image)}
    assert required - pinned(DISTRIBUTIONS[image] / "requirements.lock").keys() == set()


@pytest.mark.parametrize("image", IMAGES)
def test_an_image_has_the_versions_that_are_tested(image: str) -> None:
    shipped = pinned(DISTRIBUTIONS[image] / "requirements.lock")
    assert shipped
    assert shipped.items() <= pinned(DEV_LOCK).items()


def test_every_pin_has_a_hash() -> None:
    for lock in [DEV_LOCK, *(DISTRIBUTIONS[image] / "requirements.lock" for image in IMAGES)]:
        text = lock.read_text(encoding="utf-8")
        assert len(re.findall(r"==\S+ \\\n +--hash=sha256:", text)) == len(pinned(lock))
