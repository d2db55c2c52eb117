from __future__ import annotations

import io
from collections.abc import Callable

import av
import pytest

from tests.sites import pictures


@pytest.mark.parametrize(("draw", "codec"), [(pictures.png, "png"), (pictures.jpeg, "mjpeg")])
def test_a_cover_is_a_real_picture(draw: Callable[[int], bytes], codec: str) -> None:
    with av.open(io.BytesIO(draw(7)), "r") as container:
        stream = container.streams.video[0]
        frame = next(container.decode(stream))

    assert (stream.codec.name, frame.width, frame.height) == (codec, 96, 96)


@pytest.mark.parametrize("draw", [pictures.png, pictures.jpeg])
def test_two_books_have_different_covers(draw: Callable[[int], bytes]) -> None:
    assert draw(7) != draw(8)
