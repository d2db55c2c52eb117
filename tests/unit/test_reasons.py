from __future__ import annotations

import errno
import shutil
import socket
import ssl

import av
import pytest

from ohdio_core.reasons import reason_in_sentence, reason_of
from ohdio_core.sentences import Sentence


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


@pytest.mark.parametrize(
    ("error", "id_"),
    [
        (OSError(errno.EROFS, "Read-only file system", "/srv/library"), "reason.read_only"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"), "reason.connection_refused"),
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), "reason.unknown_name"),
    ],
)
def test_is_a_sentence_with_an_id_where_it_is_usual(error: BaseException, id_: str) -> None:
    reason = reason_in_sentence(error)
    assert isinstance(reason, Sentence)
    assert reason.id == id_


def test_that_is_not_usual_is_put_into_a_sentence_as_it_is() -> None:
    assert reason_in_sentence(ssl.SSLError(1, "[SSL] wrong version number (_ssl.c:1006)")) == "wrong version number"
    assert reason_in_sentence(OSError(errno.EXDEV, "Invalid cross-device link")) == "Invalid cross-device link"
