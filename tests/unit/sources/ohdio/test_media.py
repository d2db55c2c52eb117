from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohdio_core.domain.audiobook import MediaKind
from ohdio_core.errors import NotFound, OhdioError, TransientError
from ohdio_core.sources.ohdio.media import Refused, is_known_host, media_at, parse_validation, validation_url
from tests.unit.sources.ohdio.answers import validation


class TestParseValidation:
    def test_the_address_is_given_by_https(self) -> None:
        body = validation("http://rcavmedias-download.akamaized.net/mp4/x/y_128.mp4")
        assert parse_validation(body) == "https://rcavmedias-download.akamaized.net/mp4/x/y_128.mp4"

    @pytest.mark.parametrize(
        ("code", "message", "expected", "said"),
        [
            (6, "Média n'est pas trouvé", NotFound, "does not have this recording"),
            (1, "", Refused, "in your country"),
            (9, "Le contenu sélectionné n'est pas disponible dans votre pays", Refused, "in your country"),
            (9, "Ce contenu n'est pas offert à l'extérieur du Canada.", Refused, "in your country"),
            (9, "Disponible uniquement au Canada", Refused, "in your country"),
            (0, "Le contenu sélectionné n'est pas disponible dans votre pays", Refused, "in your country"),
            (9, "Ce contenu est disponible seulement en premium", Refused, "subscribers only"),
            (1, "Ce contenu est disponible seulement en premium", Refused, "subscribers only"),
            (6, "Réservé aux abonnés", Refused, "subscribers only"),
            (9, "Vous devez être connecté", Refused, "signed in"),
            (9, "Radio-Canada : erreur de connexion à la base", TransientError, "code 9"),
            (4, "Le format n'est pas disponible", TransientError, "code 4"),
            (34, "id média doit être numérique", TransientError, "code 34.*numérique"),
        ],
    )
    def test_a_refusal_is_said_in_words(self, code: int, message: str, expected: type[OhdioError], said: str) -> None:
        with pytest.raises(OhdioError, match=said) as caught:
            parse_validation(validation(None, code, message))
        assert type(caught.value) is expected

    def test_success_without_an_address_is_not_found(self) -> None:
        with pytest.raises(NotFound, match="no address"):
            parse_validation(validation(None))

    def test_a_page_in_place_of_json_may_be_tried_again(self) -> None:
        with pytest.raises(TransientError, match="JSON"):
            parse_validation(b"<html>busy</html>")

    @given(
        st.binary()
        | st.dictionaries(st.sampled_from(["url", "errorCode", "message"]), st.integers() | st.text() | st.none()).map(
            lambda value: json.dumps(value).encode()
        )
    )
    def test_any_bytes_give_an_address_or_a_named_error(self, body: bytes) -> None:
        try:
            url = parse_validation(body)
        except OhdioError:
            return
        assert url


class TestMediaAt:
    def test_one_file_is_fetched_by_http(self) -> None:
        media = media_at("https://rcavmedias-download.akamaized.net/mp4/x/y_128.mp4")
        assert (media.kind, media.expires_at) == (MediaKind.HTTP, None)

    def test_a_signed_playlist_is_a_playlist_that_expires(self) -> None:
        media = media_at(
            "https://rcavmedias-static.akamaized.net/hls/x/m.m3u8?hdnea=st=1777000000~exp=1777000120~acl=/*"
        )
        assert media.kind is MediaKind.HLS
        assert media.expires_at == datetime.fromtimestamp(1777000120, UTC)


@pytest.mark.parametrize(
    ("url", "is_known"),
    [
        ("https://rcavmedias-download.akamaized.net/a", True),
        ("https://rcavmedias-vh.akamaihd.net/a", True),
        ("https://rchdsstreams-vh.akamaihd.net/a", True),
        ("https://media.radio-canada.ca/a", True),
        ("http://media.radio-canada.ca/a", False),
        ("https://other.akamaized.net/a", False),
        ("https://rcav.elsewhere.akamaized.net/a", False),
        ("https://radio-canada.ca.example/a", False),
        ("https://rcavmedias.akamaized.net.example/a", False),
        ("file:///etc/passwd", False),
        ("https://[", False),
    ],
)
def test_recordings_come_from_known_hosts_only(url: str, is_known: bool) -> None:
    assert is_known_host(url) is is_known


def test_the_question_names_recording_and_technique() -> None:
    url = validation_url("501", "hls")
    assert "idMedia=501" in url
    assert "tech=hls" in url


def test_parsing_rests_on_no_field_but_its_own() -> None:
    answer: dict[str, Any] = {"url": "https://media.radio-canada.ca/a", "errorCode": "0"}
    assert parse_validation(json.dumps(answer).encode()) == "https://media.radio-canada.ca/a"
