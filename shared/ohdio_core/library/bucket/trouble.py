"""What the answers of an object store mean for people: which setting, which right, which clock is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    HTTPClientError,
    InvalidRegionError,
    NoCredentialsError,
    PartialCredentialsError,
    SSLError,
)
from botocore.exceptions import (
    ConnectionError as NotConnected,
)

from ohdio_core.errors import NeedsPerson, Postponed
from ohdio_core.library.bucket.address import BucketAddress
from ohdio_core.reasons import reason_of
from ohdio_core.sentences import Sentence, sentence

_NO_BUCKET = sentence("bucket.missing", "there is no bucket of this name; make it, or correct LIBRARY_URL")
_NO_RIGHT = sentence(
    "bucket.no_right",
    "the access key may not do that; it needs to list the bucket, and to read, write and delete objects in it",
)
_UNKNOWN_KEY = sentence("bucket.unknown_key", "the server does not know the access key in AWS_ACCESS_KEY_ID")
_WRONG_SECRET = sentence(
    "bucket.wrong_secret", "AWS_SECRET_ACCESS_KEY is not the secret of the access key in AWS_ACCESS_KEY_ID"
)
_EXPIRED = sentence("bucket.expired", "the credentials have expired; renew AWS_SESSION_TOKEN and the key with it")
_WRONG_CLOCK = sentence("bucket.wrong_clock", "the clock of this machine and that of the server differ too much")
_OTHER_REGION = sentence("bucket.other_region", "the bucket is in another region; name that in AWS_REGION")
_FULL = sentence("bucket.full", "the server has no room for more")
_NO_KEY = sentence(
    "bucket.no_key",
    "there is no access key; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give this machine a role",
)
_UNREACHABLE = sentence("bucket.unreachable", "the server cannot be reached")
_NOT_TRUSTED = sentence(
    "bucket.not_trusted",
    "the certificate of its server is not trusted here; where your own authority has signed it, name a file with the "
    "certificate of that in AWS_CA_BUNDLE",
)
_NO_REGION = sentence("bucket.no_region", "AWS_REGION, or what stands in its place on this machine, names no region")
_BUSY = sentence("bucket.busy", "the server asks for fewer requests")
_SERVER_ERROR = sentence("bucket.server_error", "the server has had an error of its own")

#: By the codes of S3; those of ``HEAD``, which has no body, are its status.
_MEANINGS: Mapping[str, Sentence] = MappingProxyType(
    {
        "NoSuchBucket": _NO_BUCKET,
        "404": _NO_BUCKET,
        "InvalidBucketName": _NO_BUCKET,
        "AccessDenied": _NO_RIGHT,
        "AllAccessDisabled": _NO_RIGHT,
        "403": _NO_RIGHT,
        "InvalidAccessKeyId": _UNKNOWN_KEY,
        "SignatureDoesNotMatch": _WRONG_SECRET,
        "ExpiredToken": _EXPIRED,
        "InvalidToken": _EXPIRED,
        "RequestTimeTooSkewed": _WRONG_CLOCK,
        "PermanentRedirect": _OTHER_REGION,
        "AuthorizationHeaderMalformed": _OTHER_REGION,
        "IllegalLocationConstraintException": _OTHER_REGION,
        "301": _OTHER_REGION,
        "QuotaExceeded": _FULL,
        "InsufficientStorage": _FULL,
        "XMinioStorageFull": _FULL,
        "SlowDown": _BUSY,
        "ServiceUnavailable": _BUSY,
        "503": _BUSY,
        "InternalError": _SERVER_ERROR,
        "500": _SERVER_ERROR,
        "502": _SERVER_ERROR,
        "504": _SERVER_ERROR,
        "RequestTimeout": _UNREACHABLE,
    }
)
_MISSING = frozenset({"NoSuchKey", "404", "NoSuchUpload"})
_CHANGED = frozenset({"PreconditionFailed", "412", "ConditionalRequestConflict", "409"})


class BucketUnusable(NeedsPerson):
    """A bucket cannot be used; the book waits, as it is not to blame.

    Args:
        address: Of the bucket.
        reason: Why: a clause.
        code: What the server calls it, where it was a server that refused.
    """

    def __init__(self, address: BucketAddress, reason: Sentence | str, code: str = "") -> None:
        self.reason = reason
        self.code = code
        super().__init__(
            sentence(
                "bucket.unusable",
                "The library {library} cannot be used: {reason}. Downloads wait until it can.",
                library=address.location,
                reason=reason,
            )
        )

    @property
    def is_silent(self) -> bool:
        """Return whether no server has answered."""
        return self.reason == _UNREACHABLE

    @property
    def passes(self) -> bool:
        """Return whether it may be over without anybody's doing: the server is away, or has too much to do."""
        return self.reason in {_UNREACHABLE, _BUSY, _SERVER_ERROR}


class NoSuchObject(Exception):
    """There is no object under a key."""


class ChangedMeanwhile(Postponed):
    """Somebody else has written an object since it was read, or before it was written.

    Args:
        address: Of the bucket.
    """

    def __init__(self, address: BucketAddress) -> None:
        super().__init__(
            sentence(
                "bucket.changed_meanwhile",
                "Something else has written to the same place of the library {library} at the same time. It will be "
                "tried again.",
                library=address.location,
            )
        )


class GoneMeanwhile(ChangedMeanwhile):
    """A book that is being copied is none any more: somebody has deleted, moved or replaced it."""


@contextmanager
def explaining(address: BucketAddress) -> Iterator[None]:
    """Translate what goes wrong in the block.

    Raises:
        NoSuchObject: A key names nothing.
        ChangedMeanwhile: A condition of the request does not hold any more.
        BucketUnusable: Anything else.
    """
    try:
        yield
    except ClientError as error:
        answer: Any = error.response
        said = answer.get("Error", {})
        code = str(said.get("Code", ""))
        if code in _MISSING and error.operation_name != "HeadBucket":
            raise NoSuchObject from error
        if code in _CHANGED:
            raise ChangedMeanwhile(address) from error
        raise refused(address, said) from error
    except BotoCoreError as error:
        raise BucketUnusable(address, _meaning_of(error)) from error


def refused(address: BucketAddress, said: Mapping[str, str]) -> BucketUnusable:
    """Return the error for what a server has said: its code, and a text of its own where we have none for that."""
    code = str(said.get("Code", ""))
    return BucketUnusable(address, _MEANINGS.get(code) or str(said.get("Message") or code), code)


def unreachable(address: BucketAddress) -> BucketUnusable:
    """Return the error for a server that does not answer."""
    return BucketUnusable(address, _UNREACHABLE)


def upload_removed(address: BucketAddress) -> BucketUnusable:
    """Return the error for a file whose pieces somebody else has removed while it was uploaded."""
    return BucketUnusable(
        address,
        sentence("bucket.upload_removed", "what was being uploaded has been removed from it before it was whole"),
    )


def _meaning_of(error: Exception) -> Sentence | str:
    """Return what an error means that no server has answered with."""
    if isinstance(error, NoCredentialsError | PartialCredentialsError):
        return _NO_KEY
    if isinstance(error, InvalidRegionError):
        return _NO_REGION
    if isinstance(error, SSLError):
        return _NOT_TRUSTED if "CERTIFICATE_VERIFY_FAILED" in str(error) else reason_of(error)
    return _UNREACHABLE if isinstance(error, NotConnected | HTTPClientError) else reason_of(error)
