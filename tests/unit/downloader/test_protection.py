from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from ohdio_downloader.media.protection import Protected, refuse_protected, refuse_protected_mp4
from tests.sites.audio import AudioFactory
from tests.unit.downloader.sound import repacked

COMMON_ENCRYPTION = {
    "encryption_scheme": "cenc-aes-ctr",
    "encryption_key": "00" * 15 + "01",
    "encryption_kid": "00" * 15 + "02",
}


class TestAnMp4:
    def test_that_is_encrypted_is_refused_and_does_not_stay(self, audio: AudioFactory, tmp_path: Path) -> None:
        path = tmp_path / "a"
        path.write_bytes(repacked(audio.mp4("book", 2), "mp4", COMMON_ENCRYPTION))
        with pytest.raises(Protected, match="is protected"):
            refuse_protected(path)
        assert not path.exists()

    @pytest.mark.parametrize("kind", [b"drms", b"aavd"])
    def test_of_a_shop_that_protects_is_refused(self, audio: AudioFactory, tmp_path: Path, kind: bytes) -> None:
        path = tmp_path / "a"
        path.write_bytes(audio.mp4("book", 2).replace(b"mp4a", kind, 1))
        with pytest.raises(Protected):
            refuse_protected(path)

    def test_that_is_plain_is_not(self, audio: AudioFactory, tmp_path: Path) -> None:
        path = tmp_path / "a"
        path.write_bytes(audio.mp4("book", 2))
        refuse_protected(path)
        assert path.exists()

    def test_cut_anywhere_in_its_index_is_judged_by_what_is_there(self, audio: AudioFactory) -> None:
        data = repacked(audio.mp4("book", 1), "mp4", {**COMMON_ENCRYPTION, "movflags": "empty_moov"})
        index = data[: data.index(b"moof")]
        for size in range(len(index)):
            with suppress(Protected):
                refuse_protected_mp4(index[:size], "site.test")
        with pytest.raises(Protected, match=r"from site\.test is protected"):
            refuse_protected_mp4(index, "site.test")


def test_other_files_pass(audio: AudioFactory, tmp_path: Path) -> None:
    path = tmp_path / "a"
    for data in (b"", b"moov", audio.mp3("book", 1), b"\0\0\0\0moov", b"\0\0\0\1moov" + b"\xff" * 8):
        path.write_bytes(data)
        refuse_protected(path)
        assert path.exists()
