"""Settings of downloads, shared by the downloader and the product for one machine."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator

from ohdio_core.sentences import sentence
from ohdio_core.setting_types import LIVE, TIME_OF_DAY, Seconds, Unit, shaped
from ohdio_core.settings import LONGEST_PAUSE, TimeZoneSettings

_HOURS = rf"{TIME_OF_DAY}\s*-\s*({TIME_OF_DAY}|24:00)"
_DownloadHours = Annotated[
    str,
    shaped(
        rf"({_HOURS}(\s*,\s*{_HOURS})*)?",
        sentence(
            "expected.hours",
            "Times of the day are expected, from 0:00 to 24:00, for instance {example}, or several with commas between "
            "them.",
            example="23:00-07:00",
        ),
    ),
]


class DownloadSettings(TimeZoneSettings):
    """How books are downloaded."""

    max_concurrent_downloads: int = Field(
        3,
        alias="MAX_CONCURRENT_DOWNLOADS",
        ge=1,
        le=256,
        description="How many books one downloader can fetch at once; as many download at once over all of them until "
        "somebody sets another limit (`ohdio limit`, the first page)",
    )
    work_dir: Path | None = Field(
        None,
        alias="WORK_DIR",
        description="The folder for unfinished books; best on the library's disk (default: .ohdio-work in LIBRARY_DIR)",
    )
    min_disk_space_mb: Annotated[int, Unit("MiB"), LIVE] = Field(
        1000,
        alias="MIN_DISK_SPACE_MB",
        ge=0,
        le=2**40,
        description="How much stays free on the disk, in MiB (1,048,576 bytes each)",
    )
    stall: Annotated[Seconds, Field(le=LONGEST_PAUSE), LIVE] = Field(
        timedelta(seconds=30),
        alias="OHDIO_STALL_SECONDS",
        description="A transfer without bytes for this long is tried again, in seconds",
    )
    longest_part_hours: Annotated[float | None, Unit("h"), LIVE] = Field(
        None,
        alias="OHDIO_LONGEST_PART_HOURS",
        gt=0,
        le=10_000,
        description=(
            "Hours of sound that a part may have at least whose length its site does not announce, before it is taken "
            "for an endless broadcast (default: 12; where a duration is stated, three times that, but at least 1)"
        ),
    )

    segments_at_once: Annotated[int, LIVE] = Field(
        4,
        alias="OHDIO_SEGMENTS_AT_ONCE",
        ge=1,
        le=16,
        description="Segments of an HLS stream fetched at once; one by one where a site asks for fewer requests",
    )

    speed_limit_kb: Annotated[int | None, Unit("kB/s"), LIVE] = Field(
        None,
        alias="OHDIO_SPEED_LIMIT_KB",
        ge=1,
        le=10**9,
        description="How fast all downloads together may be, over all machines, in kilobytes a second (1,000 bytes "
        "each; default: as fast as they come)",
    )

    # Read by ``domain.download_hours.DownloadHours``, which is above settings.
    download_hours: Annotated[_DownloadHours, LIVE] = Field(
        "",
        alias="OHDIO_DOWNLOAD_HOURS",
        max_length=200,
        description="Hours of the day in which books are downloaded, by TZ, for instance 23:00-07:00, or several with "
        "commas between them (default: all)",
    )

    # The names of ``domain.book_form.BookForm``, which is above settings.
    book_form: Annotated[
        Literal["original", "m4b", "mp3", "m4b-32k", "m4b-48k", "m4b-64k", "m4b-96k", "m4b-128k"], LIVE
    ] = Field(
        "original",
        alias="OHDIO_BOOK_FORM",
        description=(
            "What new books are filed as: original (each part a file, as its site has it), m4b or mp3 (one file with "
            "chapters, where the parts can be joined without being encoded anew), m4b-64k and the like (an M4B in any "
            "case: what cannot be joined is encoded with so many bits a second)"
        ),
    )

    verify_days: Annotated[float | None, Unit("d"), LIVE] = Field(
        None,
        alias="OHDIO_VERIFY_DAYS",
        ge=1,
        le=3650,
        description="All files of the library are compared with their checksums this often, in days (default: never)",
    )

    @field_validator("work_dir")
    @classmethod
    def _expand_work_dir(cls, value: Path | None) -> Path | None:
        return None if value is None else value.expanduser()

    @property
    def limit_from_env(self) -> int | None:
        """The variable's value, only when it is really set: a default never overrides what a person chose."""
        return self.max_concurrent_downloads if "max_concurrent_downloads" in self.model_fields_set else None

    @property
    def verify_every(self) -> timedelta | None:
        """How often all of the library is verified by itself; None for never."""
        return None if self.verify_days is None else timedelta(days=self.verify_days)

    @property
    def speed_limit(self) -> int | None:
        """How many bytes a second all downloads together may receive; None for any number."""
        return None if self.speed_limit_kb is None else self.speed_limit_kb * 1000

    @property
    def min_disk_space_bytes(self) -> int:
        """What stays free on the disk."""
        return self.min_disk_space_mb * 1024 * 1024
