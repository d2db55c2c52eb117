"""Where a bucket is, and by which key it is reached."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class BucketAddress:
    """A bucket, and what comes before all keys in it."""

    bucket: str
    prefix: str = ""  #: empty, or ending with a slash
    endpoint: str | None = None  #: of a server that is not Amazon's
    region: str | None = None
    key_id: str | None = None  #: without one, whatever the machine has: a role, a profile
    secret: str | None = field(default=None, repr=False)
    session_token: str | None = field(default=None, repr=False)
    authority: str | None = (
        None  #: the file with the certificate by which that of the server is signed, where it is no public one
    )

    @property
    def location(self) -> str:
        """Return the address for people."""
        return f"s3://{self.bucket}/{self.prefix}".rstrip("/")
