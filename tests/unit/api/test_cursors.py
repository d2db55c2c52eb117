from __future__ import annotations

import base64
import json

import pytest

from ohdio_api.paging import PagePosition, decode_cursor, encode_cursor
from ohdio_api.problems import Refusal
from ohdio_core.schemas.pages import Order


def forged(document: str) -> str:
    return base64.urlsafe_b64encode(document.encode()).decode().rstrip("=")


def test_what_was_encoded_is_read_back() -> None:
    key = PagePosition("L'été à 5 h", 17)
    assert decode_cursor(encode_cursor("title", Order.ASC, key), "title", Order.ASC, str) == key


@pytest.mark.parametrize(
    "document",
    [
        '["title","asc","\\ud800",1]',  # half a character: no database text can hold it
        '["title","asc","\\u0000",1]',
        '["title","asc","a",true]',
        '["title","asc","a",0]',
        f'["title","asc","a",{2**63}]',
        '["title","asc",["a"],1]',
        '["title","asc",NaN,1]',
        '["title","desc","a",1]',
        '["added","asc","a",1]',
        '{"title":1}',
        "[" * 700,
        json.dumps(["title", "asc", "a", 1, 2]),
    ],
)
def test_what_somebody_forged_is_refused(document: str) -> None:
    with pytest.raises(Refusal) as refused:
        decode_cursor(forged(document), "title", Order.ASC, str)
    assert refused.value.status == 422
