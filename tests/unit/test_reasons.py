from __future__ import annotations

import errno
import shutil
import ssl

import av
import pytest

from ohdio_core.reasons import reason_of


def broken_by_ffmpeg() -> Exception:
    try:
        av.open("/proc/self/environ", "r").close()
    except av.FFmpegError as error:
        return error
    raise AssertionError("that is no audio")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OSError(errno.EIO, "Input/output error", "/srv/work/7/fetching/0"), "Input/output error"),
        (ConnectionRefusedError("[Errno 111] Connection refused"), "Connection refused"),
        (ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)"), "wrong version number"),
        (ValueError("first line.\nand a second"), "first line"),
        (shutil.Error(""), "no reason was given"),
        (KeyError(), "no reason was given"),
    ],
)
def test_is_in_words_for_people(error: BaseException, reason: str) -> None:
    assert reason_of(error) == reason


def test_has_no_number_of_ffmpeg_and_no_path() -> None:
    reason = reason_of(broken_by_ffmpeg())
    assert reason == "Invalid data found when processing input"
