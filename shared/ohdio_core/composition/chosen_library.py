"""The library that settings choose, whatever it is kept in, and the folder that it needs beside it. No database."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr

from ohdio_core.current import Current
from ohdio_core.download_settings import DownloadSettings
from ohdio_core.errors import PermanentError, Postponed
from ohdio_core.known_secrets import remember
from ohdio_core.library import Library
from ohdio_core.library.bucket.address import BucketAddress
from ohdio_core.library.folder import FolderLibrary
from ohdio_core.library_settings import LibrarySettings
from ohdio_core.sentences import sentence
from ohdio_core.settings import InvalidSettings, require_writable


def library_of(
    settings: LibrarySettings, now: Current[LibrarySettings] | None = None, *, is_prompt: bool = False
) -> Library:
    """Return the library that settings name, without what a database knows of it.

    Args:
        settings: Where it is.
        now: Returns them as they are when something is filed; they stay as they are where nothing else is said.
        is_prompt: People wait for it in front of pages: what is in a bucket that does not answer is not waited for.

    Raises:
        InvalidSettings: It is in a bucket, and what reaches one is not installed.
    """
    said = now or (lambda: settings)
    if settings.library_url is not None:
        return _bucket_of(settings, settings.library_url, said, is_prompt=is_prompt)
    return FolderLibrary(settings.library_dir, lambda: said().book_names, lambda: said().show_names)


def require_library(settings: LibrarySettings, variable: str = "LIBRARY_DIR") -> None:
    """Return if books can be put into the library that settings name, as far as can be told by now.

    Args:
        settings: Where it is.
        variable: What the person called it who chose it.

    Raises:
        InvalidSettings: They cannot; the sentence names the variable.
    """
    if settings.library_url is None:
        require_writable(settings.library_dir, variable)
        return
    try:
        library_of(settings).require_writable()
    except Postponed:
        pass  # its server is away: what needs it waits
    except PermanentError as error:
        raise InvalidSettings(
            sentence("setting.library_url", "LIBRARY_URL cannot be used: {problem}", problem=error.sentence)
        ) from error


def work_dir_of(downloads: DownloadSettings, filing: LibrarySettings) -> Path:
    """Return where unfinished books are kept.

    Raises:
        InvalidSettings: Nobody has said it, and the library is no folder.
    """
    if downloads.work_dir is None and filing.library_url is not None:
        raise InvalidSettings(
            sentence(
                "setting.no_work_dir",
                "WORK_DIR is missing: with LIBRARY_URL, unfinished books need a folder of this machine.",
            )
        )
    return downloads.work_dir or filing.library_dir / ".ohdio-work"


def bucket_address(settings: LibrarySettings, url: str) -> BucketAddress:
    """Return where a bucket is, and by which key it is reached."""
    bucket, _, prefix = url.removeprefix("s3://").partition("/")
    prefix = prefix.strip("/")
    return BucketAddress(
        bucket,
        prefix and f"{prefix}/",
        settings.aws_endpoint_url,
        settings.aws_region,
        settings.aws_access_key_id,
        _plain(settings.aws_secret_access_key),
        _plain(settings.aws_session_token),
        None if settings.aws_ca_bundle is None else str(settings.aws_ca_bundle),
    )


def _bucket_of(settings: LibrarySettings, url: str, said: Current[LibrarySettings], *, is_prompt: bool) -> Library:
    address = bucket_address(settings, url)
    remember(filter(None, (address.secret, address.session_token)))
    try:
        from ohdio_core.library.bucket.library import BucketLibrary
    except ModuleNotFoundError as error:
        if error.name is None or not error.name.startswith("botocore"):
            raise
        raise InvalidSettings(
            sentence(
                "setting.no_bucket_extra",
                "LIBRARY_URL needs the extra s3, which is not installed: pip install 'ohdio-core[s3]'.",
            )
        ) from None
    return BucketLibrary(address, lambda: said().book_names, lambda: said().show_names, is_prompt=is_prompt)


def _plain(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()
