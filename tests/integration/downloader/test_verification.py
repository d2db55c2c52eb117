"""Comparing the files of the library with what was filed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from mutagen.id3 import ID3, TALB

from ohdio_core.collection.control import fetch_again
from ohdio_core.collection.verification import begin, stop
from ohdio_downloader.verification import Verifier
from tests.integration.downloader.downloads import MEDIUM, Downloads, Killed
from tests.integration.downloader.faulty_origin import FaultyOrigin
from tests.integration.downloader.test_replaced import with_parts


def verifier(downloads: Downloads, **options: int) -> Verifier:
    return Verifier(
        downloads.engine.database,
        downloads.service.library,
        downloads.work_dir,
        every=lambda: timedelta(days=30),
        keep_free=lambda: 0,
        **options,
    )


def verify(downloads: Downloads) -> None:
    assert downloads.engine.order(begin, words=None, books=None)
    assert verifier(downloads).step()
    assert list(downloads.work_dir.iterdir()) == []


def faults(downloads: Downloads) -> list[tuple[str, str]]:
    return [tuple(row) for row in downloads.engine.rows("SELECT name, kind FROM file_faults ORDER BY name")]


def sounds(downloads: Downloads) -> list[str]:
    return [row.sound_sha256 for row in downloads.engine.rows("SELECT sound_sha256 FROM book_files ORDER BY index")]


def outcome(downloads: Downloads) -> tuple[bool, int, int, int]:
    (row,) = downloads.engine.rows(
        "SELECT is_complete, books_done, files_done, edited FROM verifications ORDER BY id DESC LIMIT 1"
    )
    return row.is_complete, row.books_done, row.files_done, row.edited


def spoil(path: Path) -> None:
    """Change some bytes of the sound, as a disk does: nobody has written the file."""
    at = path.stat()
    spoil_and_write(path)
    os.utime(path, ns=(at.st_atime_ns, at.st_mtime_ns))


def spoil_and_write(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-4000:-3990] = bytes(10)
    path.write_bytes(data)


def spoil_one_bit(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-4001] ^= 1
    path.write_bytes(data)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9000])


def edit(path: Path) -> None:
    tags = ID3(path)  # type: ignore[no-untyped-call]
    tags.setall("TALB", [TALB(encoding=3, text=["Another title " * 500])])  # type: ignore[no-untyped-call]
    tags.save(path)


def edit_in_place(path: Path) -> None:
    """Change a tag without changing how long the file is, and keep its time, as some taggers do."""
    at, data = path.stat(), path.read_bytes()
    assert b"L\x00e\x00" in data[:5000] or b"Le talus" in data[:5000]
    path.write_bytes(data.replace(b"Le talus", b"Le salut", 1))
    os.utime(path, ns=(at.st_atime_ns, at.st_mtime_ns))


def test_what_is_as_it_was_filed_is_whole(downloads: Downloads) -> None:
    with_parts(downloads, 3)
    downloads.download()
    verify(downloads)
    assert (faults(downloads), outcome(downloads)) == ([], (True, 1, 3, 0))


@pytest.mark.parametrize(
    ("harm", "kind"),
    [
        (spoil, "damaged"),
        (spoil_one_bit, "damaged"),
        (cut, "damaged"),
        (Path.unlink, "lost"),
    ],
)
def test_only_what_is_lost_or_damaged_is_named_and_fetched_again(
    downloads: Downloads, faulty: FaultyOrigin, harm: Callable[[Path], None], kind: str
) -> None:
    with_parts(downloads, 3)
    downloads.download()
    files, as_filed, fetched = downloads.files(), sounds(downloads), len(faulty.requests(MEDIUM))
    harm(files[1])
    verify(downloads)
    assert faults(downloads) == [(files[1].name, kind)]
    verify(downloads)  # once more finds nothing new
    assert len(faults(downloads)) == 1
    downloads.engine.order(fetch_again, [downloads.item])
    downloads.download()
    assert len(faulty.requests(MEDIUM)) == fetched + 1
    assert (downloads.files(), sounds(downloads), faults(downloads)) == (files, as_filed, [])
    verify(downloads)
    assert (faults(downloads), outcome(downloads)) == ([], (True, 1, 3, 0))


@pytest.mark.parametrize("change", [edit, edit_in_place])
def test_a_file_with_other_tags_is_whole_and_is_known_from_then_on(
    downloads: Downloads, change: Callable[[Path], None]
) -> None:
    downloads.download()
    (file,) = downloads.files()
    change(file)
    verify(downloads)
    assert (faults(downloads), outcome(downloads)) == ([], (True, 1, 1, 1))
    verify(downloads)
    assert outcome(downloads) == (True, 1, 1, 0)
    spoil_one_bit(file)
    verify(downloads)
    assert faults(downloads) == [(file.name, "damaged")]


def test_of_what_an_earlier_version_filed_edits_are_known_by_their_time(downloads: Downloads) -> None:
    downloads.download()
    (file,) = downloads.files()
    downloads.engine.execute("UPDATE book_files SET sound_sha256 = NULL")
    edit_in_place(file)
    verify(downloads)
    assert faults(downloads) == [(file.name, "damaged")]  # nobody has written it, as far as can be seen
    downloads.engine.execute("UPDATE audiobooks SET filed_at = filed_at - interval '1 day'")
    verify(downloads)
    assert (faults(downloads), outcome(downloads)) == ([], (True, 1, 1, 1))
    assert downloads.engine.value("SELECT sound_sha256 FROM book_files") is not None


def test_goes_on_after_a_kill_with_the_file_that_it_was_at(
    downloads: Downloads, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_parts(downloads, 4)
    downloads.download()
    downloads.files()[1].unlink()
    downloads.engine.order(begin, words=None, books=None)
    first = verifier(downloads)
    read, names = type(downloads.service.library).read, []

    def dying(library: object, name: Path, *bounds: int) -> object:
        names.append(name.name)
        if len(names) == 2:
            raise Killed
        return read(library, name, *bounds)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(type(downloads.service.library), "read", dying)
        with pytest.raises(Killed):
            first.step()
    assert outcome(downloads) == (False, 0, 2, 0)
    second = verifier(downloads)
    assert not second.step()  # the first may be alive still
    left = downloads.work_dir / "verifying-dead"  # as a process leaves it that was killed with SIGKILL
    left.mkdir()
    downloads.engine.execute("UPDATE verifications SET lease_until = now() - interval '1 second'")
    assert second.step()
    assert outcome(downloads) == (True, 1, 4, 0)
    assert [kind for _, kind in faults(downloads)] == ["lost"]
    assert not left.exists()


def test_a_library_that_is_not_mounted_loses_nothing(downloads: Downloads, tmp_path: Path) -> None:
    downloads.download()
    away = tmp_path / "away"
    downloads.library_dir.rename(away)
    downloads.library_dir.mkdir()
    downloads.engine.order(begin, words=None, books=None)
    assert verifier(downloads).step()
    (row,) = downloads.engine.rows("SELECT wait_reason, ended_at, lease_until > now() AS waits FROM verifications")
    assert "mount it" in row.wait_reason
    assert (row.ended_at, row.waits, faults(downloads)) == (None, True, [])
    downloads.library_dir.rmdir()
    away.rename(downloads.library_dir)
    downloads.engine.execute("UPDATE verifications SET lease_until = now()")
    assert verifier(downloads).step()
    assert outcome(downloads) == (True, 1, 1, 0)


def test_a_book_whose_folder_is_gone_is_lost_with_all_its_files(downloads: Downloads, faulty: FaultyOrigin) -> None:
    with_parts(downloads, 2)
    downloads.download()
    others = downloads.engine.titled("One", "Two", "Three")
    downloads.engine.execute("UPDATE audiobooks SET source = 'rss'")
    assert others
    shutil.rmtree(downloads.files()[0].parent)
    verify(downloads)
    assert [kind for _, kind in faults(downloads)] == ["lost", "lost"]
    fetched = len(faulty.requests(MEDIUM))
    downloads.engine.order(fetch_again, [downloads.item])
    downloads.download()
    assert (len(faulty.requests(MEDIUM)), faults(downloads)) == (2 * fetched, [])


def test_channels_hear_of_a_book_once(downloads: Downloads) -> None:
    with_parts(downloads, 3)
    downloads.download()
    downloads.engine.execute("INSERT INTO channels (kind, address, events) VALUES ('webhook', 'x', '{needs_person}')")
    for file in downloads.files()[:2]:
        spoil(file)
    verify(downloads)
    verify(downloads)
    (notice,) = downloads.engine.rows("SELECT title, reason FROM notices")
    assert notice.title == "Le talus"
    assert notice.reason == f"{downloads.files()[0].name} is damaged: its sound is not what was filed."


def test_is_begun_by_itself_once_it_is_time(downloads: Downloads) -> None:
    downloads.download()
    engine, verifying = downloads.engine, verifier(downloads)

    def begun() -> int:
        engine.order(verifying.begin_if_due)
        return int(engine.value("SELECT count(*) FROM verifications"))

    assert (begun(), begun()) == (1, 1)
    engine.order(stop)
    assert begun() == 1  # it was begun today
    engine.execute("UPDATE verifications SET began_at = now() - interval '31 days'")
    assert begun() == 2
