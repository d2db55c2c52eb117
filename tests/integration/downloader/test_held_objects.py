"""What a process holds does not grow with the books that it has filed."""

from __future__ import annotations

import gc
import sys
from collections import Counter
from functools import _lru_cache_wrapper
from typing import Any

from tests.integration.downloader.downloads import Downloads

_BOOKS = 8


def test_nothing_is_held_of_books_that_are_filed(downloads: Downloads) -> None:
    downloads.engine.items(3 * _BOOKS + 1)  # two of them are the worker's next
    downloads.engine.execute("UPDATE audiobooks SET source = 'rss', title = 'Le talus ' || id")
    downloads.engine.execute(
        "INSERT INTO book_parts (audiobook_id, index, external_id, url) SELECT book.id, 0, 'm-1', part.url "
        "FROM audiobooks AS book CROSS JOIN book_parts AS part WHERE book.id <> :book",
        book=downloads.book,
    )
    _file(downloads)  # what is made once
    before, kept_before = _held()
    _file(downloads)
    _file(downloads)
    after, kept_after = _held()
    # What other tests have left in this process comes and goes, too; what is held of each book would be twice as many.
    assert {kind: number for kind, number in (after - before).items() if number >= _BOOKS} == {}
    assert kept_after - kept_before < _BOOKS
    assert len(downloads.files()) == 3 * _BOOKS


def _file(downloads: Downloads) -> None:
    downloads.engine.keep_workers_alive()
    for _ in range(_BOOKS):
        downloads.download()


def _held() -> tuple[Counter[str], int]:
    """Return the objects of ours, by kind, but those in caches with a bound, and how much is in caches without one."""
    modules = [module for name, module in sorted(sys.modules.items()) if name.startswith("ohdio")]
    caches = [each for module in modules for each in vars(module).values() if isinstance(each, _lru_cache_wrapper)]
    without_bound = sum(cache.cache_info().currsize for cache in caches if cache.cache_info().maxsize is None)
    for cache in caches:
        if cache.cache_info().maxsize is not None:
            cache.cache_clear()
    gc.collect()
    kinds: list[type[Any]] = [type(each) for each in gc.get_objects()]
    return Counter(f"{kind.__module__}.{kind.__qualname__}" for kind in kinds if _is_ours(kind)), without_bound


def _is_ours(kind: type[Any]) -> bool:
    return str(kind.__module__).startswith("ohdio")
