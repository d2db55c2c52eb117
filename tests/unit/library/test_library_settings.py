"""Where a library is, and by which key it is reached, as settings say it; and what people read where that is wrong."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse

from ohdio_core.composition.chosen_library import bucket_address, library_of, require_library, work_dir_of
from ohdio_core.download_settings import DownloadSettings
from ohdio_core.known_secrets import hidden
from ohdio_core.library.bucket.objects import Objects
from ohdio_core.library_settings import LibrarySettings
from ohdio_core.sentences import Sentence
from ohdio_core.settings import InvalidSettings, load
from ohdio_core.translations import Translation
from tests.fixtures.without import blocking

BUCKET: dict[str, Any] = {
    "LIBRARY_URL": "s3://books/shelf",
    "AWS_ENDPOINT_URL": "http://store.invalid",
    "AWS_REGION": "eu-west-1",
}
KEYS: dict[str, Any] = {"AWS_ACCESS_KEY_ID": "AKIATEST", "AWS_SECRET_ACCESS_KEY": "a secret of tests"}


NO_RIGHT = "the access key may not do that; it needs to list the bucket, and to read, write and delete objects in it."
PAS_LE_DROIT = (
    "la clé d’accès n’en a pas le droit ; elle doit pouvoir énumérer les objets du compartiment, les lire, les écrire "
    "et les supprimer."
)


@pytest.fixture(autouse=True)
def _nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for field in LibrarySettings.model_fields.values():
        monkeypatch.delenv(str(field.alias), raising=False)


def in_french(said: Sentence) -> str:
    """Return a sentence with plain blanks before its signs."""
    return re.sub(r"[\xa0\u202f]", " ", Translation("fr").translated(said))


def refused(settings: LibrarySettings) -> tuple[str, str]:
    """Return what people read of a library that cannot be used, in English and in French."""
    with pytest.raises(InvalidSettings) as error:
        require_library(settings)
    (said,) = error.value.sentences
    return said.text, in_french(said)


class TestKeys:
    def test_are_read_from_files_as_containers_keep_secrets(self, tmp_path: Path) -> None:
        files: dict[str, Any] = {}
        for variable, value in (*KEYS.items(), ("AWS_SESSION_TOKEN", "a token/of tests==")):
            (tmp_path / variable).write_text(f"{value}\n")
            files[f"{variable}_FILE"] = str(tmp_path / variable)
        settings = load(LibrarySettings, **BUCKET, **files)
        address = bucket_address(settings, str(settings.library_url))
        assert (address.bucket, address.prefix, address.endpoint) == ("books", "shelf/", "http://store.invalid")
        assert (address.key_id, address.secret) == tuple(KEYS.values())
        assert address.session_token == "a token/of tests=="

        library_of(settings)
        line = hidden(f"the secret is {address.secret}, the token {address.session_token}")
        assert line == "the secret is …, the token …"
        assert "of tests" not in f"{settings!r} {address!r}"

    def test_that_are_set_count_before_those_in_files(self, tmp_path: Path) -> None:
        (tmp_path / "secret").write_text("of the file")
        settings = load(LibrarySettings, **BUCKET, **KEYS, AWS_SECRET_ACCESS_KEY_FILE=str(tmp_path / "secret"))
        assert bucket_address(settings, "s3://books").secret == KEYS["AWS_SECRET_ACCESS_KEY"]

    @pytest.mark.parametrize(
        "variable", ["AWS_ACCESS_KEY_ID_FILE", "AWS_SECRET_ACCESS_KEY_FILE", "AWS_SESSION_TOKEN_FILE"]
    )
    def test_in_files_that_are_missing_or_empty_are_told_by_their_variables(
        self, tmp_path: Path, variable: str
    ) -> None:
        (tmp_path / "empty").touch()
        for name, problem in (("missing", "cannot be read"), ("empty", "is empty")):
            with pytest.raises(InvalidSettings, match=rf"^{variable} is wrong: .*{name} {problem}\..*\.$"):
                load(LibrarySettings, **BUCKET, **dict[str, Any]({variable: str(tmp_path / name)}))


class TestAddresses:
    @pytest.mark.parametrize(
        "wrong",
        ["books", "https://store.example/books", "s3://", "s3://Books", "s3:/books", "s3://b", "s3://key:secret@books"],
    )
    def test_that_cannot_be_are_refused_by_their_variable(self, wrong: str) -> None:
        with pytest.raises(InvalidSettings, match=r"^LIBRARY_URL is wrong: ") as error:
            load(LibrarySettings, LIBRARY_URL=wrong)
        assert "s3://bucket/books" in str(error.value)

    @pytest.mark.parametrize(
        "wrong",
        [
            *("store.example:9000", "http://", "https:///books", "http://:9000", "ftp://store.example"),
            *("http://store.example:99999", "http://store.example:port", "http://store.example:0", "http://[::1"),
            *(
                "http://two words.example",
                "http://a_b",
                "http://someone:hunter2@store.example",
                "http://store.example?a=b",
            ),
        ],
    )
    def test_of_stores_that_cannot_be_are_refused_by_their_variable(self, wrong: str) -> None:
        with pytest.raises(InvalidSettings, match=r"^AWS_ENDPOINT_URL is wrong: ") as error:
            load(LibrarySettings, **{**BUCKET, "AWS_ENDPOINT_URL": wrong})
        (said,) = error.value.sentences
        assert said.text.endswith("for instance https://store.example:9000.")
        assert in_french(said).endswith("par exemple https://store.example:9000.")
        assert "hunter2" not in str(error.value)

    @pytest.mark.parametrize(
        "right", ["http://store.example", "https://127.0.0.1:9000/", "http://[::1]:9000", "http://minio-1:9000/path"]
    )
    def test_of_stores_that_can_be_are_used(self, right: str) -> None:
        settings = load(LibrarySettings, **{**BUCKET, "AWS_ENDPOINT_URL": right})
        library_of(settings)
        assert Objects(bucket_address(settings, "s3://books"))._client().meta.endpoint_url == right

    @pytest.mark.parametrize("wrong", ["eu west", "été", "-a", "1", "eu_west"])
    def test_a_region_that_cannot_be_is_refused_by_its_variable(self, wrong: str) -> None:
        with pytest.raises(InvalidSettings, match=r"^AWS_REGION is wrong: .*for instance ca-central-1\.$") as error:
            load(LibrarySettings, **{**BUCKET, "AWS_REGION": wrong})
        (said,) = error.value.sentences
        assert in_french(said).endswith("par exemple ca-central-1.")

    def test_a_region_of_this_machine_that_cannot_be_is_told_as_that(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_DEFAULT_REGION", "eu west")
        english, french = refused(load(LibrarySettings, LIBRARY_URL="s3://books"))
        assert "names no region" in english
        assert "ne désigne aucune région" in french

    def test_need_a_folder_for_unfinished_books(self) -> None:
        with pytest.raises(InvalidSettings) as error:
            work_dir_of(load(DownloadSettings), load(LibrarySettings, **BUCKET))
        (said,) = error.value.sentences
        assert said.text == "WORK_DIR is missing: with LIBRARY_URL, unfinished books need a folder of this machine."
        assert in_french(said).startswith("WORK_DIR manque : avec LIBRARY_URL, ")


class _Body(io.BytesIO):
    def stream(self) -> Iterator[bytes]:
        yield self.read()


@contextmanager
def answering(settings: LibrarySettings, code: str) -> Iterator[None]:
    """Refuse everything, as a store does that calls the reason so."""
    address = bucket_address(settings, str(settings.library_url))

    def answer(request: Any, **_: object) -> AWSResponse:
        return AWSResponse(request.url, 403, {}, _Body(f"<Error><Code>{code}</Code></Error>".encode()))

    events = Objects(address)._client().meta.events
    events.register("before-send.s3", answer, unique_id=code)
    try:
        yield
    finally:
        events.unregister("before-send.s3", unique_id=code)


class TestABucketThatCannotBeUsed:
    """The start of every service ends with these lines."""

    BEGINNING = "LIBRARY_URL cannot be used: The library s3://books/shelf cannot be written: "
    DEBUT = "LIBRARY_URL est inutilisable : Impossible d’écrire dans la bibliothèque s3://books/shelf : "

    @pytest.mark.parametrize(
        ("code", "said", "en_francais"),
        [
            (
                "NoSuchBucket",
                "there is no bucket of this name; make it, or correct LIBRARY_URL.",
                "il n’y a aucun compartiment de ce nom ; créez-le, ou corrigez LIBRARY_URL.",
            ),
            (
                "AccessDenied",
                NO_RIGHT,
                PAS_LE_DROIT,
            ),
            (
                "InvalidAccessKeyId",
                "the server does not know the access key in AWS_ACCESS_KEY_ID.",
                "le serveur ne connaît pas la clé d’accès de AWS_ACCESS_KEY_ID.",
            ),
            (
                "SignatureDoesNotMatch",
                "AWS_SECRET_ACCESS_KEY is not the secret of the access key in AWS_ACCESS_KEY_ID.",
                "AWS_SECRET_ACCESS_KEY n’est pas le secret de la clé d’accès de AWS_ACCESS_KEY_ID.",
            ),
            (
                "ExpiredToken",
                "the credentials have expired; renew AWS_SESSION_TOKEN and the key with it.",
                "les clés ont expiré ; renouvelez AWS_SESSION_TOKEN, et la clé avec lui.",
            ),
        ],
    )
    def test_is_refused_at_the_start_with_what_to_do(self, code: str, said: str, en_francais: str) -> None:
        settings = load(LibrarySettings, **BUCKET, **KEYS)
        with answering(settings, code):
            assert refused(settings) == (self.BEGINNING + said, self.DEBUT + en_francais)

    def test_is_waited_for_where_its_server_has_too_much_to_do(self) -> None:
        settings = load(LibrarySettings, **BUCKET, **KEYS)
        with answering(settings, "SlowDown"):
            require_library(settings)


def test_without_what_reaches_a_bucket_the_extra_is_named_and_a_folder_needs_it_not(tmp_path: Path) -> None:
    script = f"""
{blocking(("botocore",))}
from ohdio_core.composition.chosen_library import library_of
from ohdio_core.library_settings import LibrarySettings
from ohdio_core.sentences import Sentence
from ohdio_core.settings import InvalidSettings, load
from ohdio_core.translations import Translation
library_of(load(LibrarySettings, LIBRARY_DIR={str(tmp_path)!r}))
try:
    library_of(load(LibrarySettings, LIBRARY_URL="s3://books"))
except InvalidSettings as error:
    print(error, Translation("fr").translated(error.sentences[0]), sep="\\n")
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.replace("\N{NO-BREAK SPACE}", " ").splitlines() == [
        "LIBRARY_URL needs the extra s3, which is not installed: pip install 'ohdio-core[s3]'.",
        "LIBRARY_URL exige l’extra s3, qui n’est pas installé : `pip install 'ohdio-core[s3]'`.",
    ]
