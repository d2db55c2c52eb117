from __future__ import annotations

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError

from ohdio_core.library.bucket.address import BucketAddress
from ohdio_core.library.bucket.trouble import BucketUnusable, ChangedMeanwhile, NoSuchObject, explaining

ADDRESS = BucketAddress("books", "shelf/")


def fail(error: Exception) -> None:
    with explaining(ADDRESS):
        raise error


def answer(code: str, operation: str = "PutObject") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": f"{code}, as the server says it"}}, operation)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (answer("NoSuchBucket"), "there is no bucket of this name; make it, or correct LIBRARY_URL"),
        (answer("404", "HeadBucket"), "there is no bucket of this name"),
        (answer("AccessDenied"), "the access key may not do that; it needs to list the bucket"),
        (answer("403", "HeadObject"), "the access key may not do that"),
        (answer("InvalidAccessKeyId"), "the server does not know the access key in AWS_ACCESS_KEY_ID"),
        (answer("SignatureDoesNotMatch"), "AWS_SECRET_ACCESS_KEY is not the secret of the access key"),
        (answer("ExpiredToken"), "the credentials have expired"),
        (answer("RequestTimeTooSkewed"), "the clock of this machine and that of the server differ too much"),
        (answer("AuthorizationHeaderMalformed"), "the bucket is in another region; name that in AWS_REGION"),
        (answer("QuotaExceeded"), "the server has no room for more"),
        (answer("SlowDown"), "the server asks for fewer requests"),
        (answer("Teapot"), "Teapot, as the server says it"),
        (NoCredentialsError(), "there is no access key"),
        (EndpointConnectionError(endpoint_url="http://nas"), "the server cannot be reached"),
    ],
)
def test_people_read_what_is_wrong_and_the_book_waits(error: Exception, said: str) -> None:
    with pytest.raises(BucketUnusable, match=said) as found:
        fail(error)
    assert str(found.value).startswith("The library s3://books/shelf cannot be used: ")


def test_what_is_not_there_and_what_has_changed_is_no_trouble() -> None:
    with pytest.raises(NoSuchObject):
        fail(answer("NoSuchKey"))
    with pytest.raises(ChangedMeanwhile):
        fail(answer("PreconditionFailed"))
