"""A process that does something with a library in a bucket, and is killed before one of its requests.

Each line that it reads is an order; its process for that is a fork, so that nothing is imported anew for each.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from ohdio_core.library.bucket.address import BucketAddress
from ohdio_core.library.bucket.library import BucketLibrary
from ohdio_core.library.bucket.objects import Objects
from tests.unit.library.books import BOOK, HOME, OWNER, RENAMED

ACTIONS: Mapping[str, Callable[[BucketLibrary, Path], object]] = {
    "file": lambda library, staged: library.place(staged, BOOK, OWNER),
    "file again": lambda library, staged: library.place(staged, BOOK, OWNER, home=HOME, keeps_old=True),
    "delete": lambda library, _: library.delete(HOME, OWNER),
    "drop": lambda library, _: library.trash.drop(library.trash.folders()[0].key),
    "restore": lambda library, _: library.trash.restore(BOOK, OWNER),
    "swap": lambda library, _: library.trash.swap(library.trash.folders()[0].key, HOME, OWNER),
    "rename": lambda library, _: library.naming.move(PurePosixPath(HOME), RENAMED, OWNER),
}


def _carry_out(action: str, address: BucketAddress, staged: Path, killed_before: int) -> None:
    left = killed_before
    ask = Objects._ask

    def counted(objects: Objects, operation: str, **given: object) -> Any:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return ask(objects, operation, **given)

    Objects._ask = counted  # type: ignore[assignment, method-assign]
    ACTIONS[action](BucketLibrary(address), staged)


def main() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        address = BucketAddress(**order["address"])
        child = os.fork()
        if child == 0:
            _carry_out(order["action"], address, Path(order["staged"]), order["killed_before"])
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
