"""One book's parts and what belongs to them, brought from its site into its work directory."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import structlog

from ohdio_core.collection.books import StoredBook
from ohdio_core.current import Current, current
from ohdio_core.domain.audiobook import Chapter, Part
from ohdio_core.domain.queue import DownloadStage
from ohdio_core.errors import OhdioError, PermanentError, Postponed, Throttled, TransientError
from ohdio_core.sentences import Sentence, sentence
from ohdio_core.sources.http import Politeness, SiteClient
from ohdio_core.sources.protocol import Source
from ohdio_core.work.run import Run
from ohdio_downloader.addresses import DEAD_ADDRESS, Addresses
from ohdio_downloader.book_pace import BookPace
from ohdio_downloader.chain import join_links, links_of
from ohdio_downloader.concurrency import ConcurrencyLimit
from ohdio_downloader.control import BookProgress, PartControl
from ohdio_downloader.fetch.media import fetch
from ohdio_downloader.fetch.protocol import Fetched, FetchLimits, Proof, WrongBytes
from ohdio_downloader.media.assemble import assemble, assembled_of, container_for, keeps_header
from ohdio_downloader.media.chapters import MAX_BYTES as MAX_CHAPTERS_BYTES
from ohdio_downloader.media.chapters import read_chapters, spans
from ohdio_downloader.media.cover import MAX_BYTES as MAX_COVER_BYTES
from ohdio_downloader.media.cover import Cover, UnreadableCover, picture_in, read_cover
from ohdio_downloader.media.join import join
from ohdio_downloader.media.length import correct_length
from ohdio_downloader.media.probe import DamagedAudio, probe
from ohdio_downloader.media.protection import refuse_protected
from ohdio_downloader.media.transcript import MAX_BYTES as MAX_TRANSCRIPT_BYTES
from ohdio_downloader.media.transcript import Transcript, read_transcript
from ohdio_downloader.media.verify import Sound, verify
from ohdio_downloader.media.wrong_sizes import correct_sizes
from ohdio_downloader.packaging import Packaged, Packaging, VerifiedPart
from ohdio_downloader.pieces import Pieces
from ohdio_downloader.promised import Promise, ShorterThanPromised, hold_against, remark_on
from ohdio_downloader.remarks import Remarks
from ohdio_downloader.workdir import WorkDir

log = structlog.get_logger(__name__)

#: Notes about a transfer.
_PROOF, _HEARD, _DAMAGE, _STATED, _THROTTLED = "proof", "heard", "damage", "stated", "throttled"
#: So many transfers with the same fault are enough where all bytes came, and where nothing shows that they did.
_ENOUGH_WHOLE, _ENOUGH = 2, 3
_PAUSE_WHEN_NOT_TOLD = timedelta(seconds=30)

_WHOLE = sentence("transfers.whole", "whole")
_SAME_SIZE = sentence("transfers.same_size", "with the same number of bytes")


@dataclass(frozen=True, slots=True)
class Site:
    """Where a book comes from, and the hands to fetch it with."""

    source: Source
    pages: SiteClient  #: paced, for asking where the media is
    media: SiteClient  #: not paced
    politeness: Politeness


@dataclass(frozen=True, slots=True)
class _Assembled:
    """A part in the form in which it will be filed, not yet verified."""

    path: Path
    proof: Proof
    stated: timedelta | None = None  #: by the header of what it was made of


@dataclass(frozen=True, slots=True)
class Package:
    """A book that can be filed."""

    packaged: Packaged
    note: Sentence | None  #: what people should know of it, although it is complete; None for most


class DamagedForGood(PermanentError):
    """The same bytes came again and again, with the same fault in them: it is the site's own.

    Args:
        damage: The fault.
        transfers: How many there were.
        is_whole: They are known to have been all the bytes.
    """

    def __init__(self, damage: TransientError, transfers: int, *, is_whole: bool) -> None:
        self.damage = damage
        self.transfers = transfers
        twice, times = sentence("times.twice", "twice"), sentence("times.many", "{count} times", count=transfers)
        super().__init__(
            sentence(
                "file.damaged_for_good",
                "{damage} The site has sent it {times} like this, {how}, so trying again would not help.",
                damage=damage.sentence,
                times=twice if transfers == _ENOUGH_WHOLE else times,
                how=_WHOLE if is_whole else _SAME_SIZE,
            )
        )


class BookDownload:
    """One run's download of a book.

    Args:
        run: Of the engine.
        work_dir: Entered, and so ours alone.
        packaging: Takes the parts as they are verified, and makes the files of them.
        limits: Read anew for each part.
        computing: For what takes the processor: verifying and packaging.
        pace: Bounds how fast it comes; by its own limit alone, if None.
        is_kept_anyway: A person wants the book although it is not whole.
    """

    def __init__(
        self,
        run: Run,
        book: StoredBook,
        site: Site,
        work_dir: WorkDir,
        *,
        packaging: Packaging,
        limits: FetchLimits | Current[FetchLimits],
        computing: ConcurrencyLimit,
        pace: BookPace | None = None,
        is_kept_anyway: bool = False,
    ) -> None:
        self._run = run
        self._book = book
        self._site = site
        self._is_kept_anyway = is_kept_anyway
        self._work_dir = work_dir
        self._packaging = packaging
        self._limits = current(limits)
        self._computing = computing
        self._pace = pace or BookPace(run)
        self._remarks = Remarks(work_dir, len(book.details.parts))
        self._came: dict[int, Fetched] = {}  #: by the part's index, in this run
        self._has_cover = False
        self._addresses = Addresses(book, site.source, site.pages)

    def fetch(self) -> Package:
        """Fetch what is missing, and return what is to be filed.

        Raises:
            OhdioError: What went wrong, in the three verbs of ``ohdio_core.errors``.
            Stopped: The run was asked to stop; what was fetched is kept.
        """
        parts, packaging = self._book.details.parts, self._packaging
        sizes = {part.index: size for part in parts if (size := packaging.size_of(part)) is not None}
        progress = BookProgress(self._run, parts, sizes)
        progress.begin(DownloadStage.STARTING)
        missing = [part for part in parts if part.index not in sizes]
        # Before the parts: when all of them are there, it is not fetched again.
        if missing and (cover := self._cover()) is not None:
            packaging.add_cover(cover)
            self._has_cover = True
        for part in missing:
            try:
                self._bring(part, progress)
            except Postponed:
                raise  # what is waited for is not about this part
            except OhdioError as error:
                if len(parts) > 1:
                    number, count = part.index + 1, len(parts)
                    error.prefix_with(sentence("part", "Part {number} of {count}", number=number, count=count))
                raise
        packaged = packaging.close()
        if packaged.remark is not None:
            self._remarks.add_of_book(packaged.remark)
        return Package(packaged, self._remarks.of_book(parts))

    def _bring(self, part: Part, progress: BookProgress) -> None:
        """Fetch, verify and prepare one part for packaging; what an earlier run did is not done again."""
        check, work_dir = self._run.check, self._work_dir
        path = work_dir.fetch_path(part)
        try:
            kept = None if work_dir.was_empty else assembled_of(path)
            assembled = self._assembled(part, progress) if kept is None else self._noted(part, kept)
            chapters = self._chapters(part)
            transcript = self._transcript(part)
            with self._computing.slot(check):
                progress.begin(DownloadStage.VERIFYING)
                sound = self._verified(part, assembled)
                correct_length(assembled.path, sound, check, keep_free=self._limits().free_space_floor)
                found = spans(chapters, sound.duration)
                size = self._packaging.add(
                    VerifiedPart(part, assembled.path, sound.duration, found, transcript, sound.sha256)
                )
        except DamagedAudio as damage:
            # Fetched again from the start: nothing of it can be trusted, first of all what proved it.
            if work_dir.noted(part, _PROOF) is not None:
                work_dir.note(part, _PROOF, Proof.NONE.value)
            if work_dir.noted(part, _STATED):
                work_dir.note(part, _STATED, "")
            for left in path.parent.glob(f"{path.name}*"):
                left.unlink(missing_ok=True)
            came = self._came.pop(part.index, None)
            if came is not None:
                self._give_up_if_same(part, damage, f"{came.size} {damage}", is_whole=came.proof is not Proof.NONE)
            raise
        except WrongBytes as damage:
            self._give_up_if_same(part, damage, damage.digest, is_whole=True)
            raise
        progress.finish(part, size)

    def _assembled(self, part: Part, progress: BookProgress) -> _Assembled:
        progress.begin(DownloadStage.DOWNLOADING)
        limits = self._limits().of_part(part.duration)
        if self._work_dir.noted(part, _THROTTLED):
            limits = replace(limits, segments_at_once=1)
        control = PartControl(self._run, progress, part, self._pace, patience=limits.unannounced.seconds)
        fetched = self._came[part.index] = self._fetch(part, control, limits)
        pieces = Pieces.load(fetched.path)
        if pieces is not None:
            proof = Proof.LENGTH  # what a playlist announces is compared with what is joined
        else:
            proof = self._noted_proof(part) if fetched.proof is Proof.NONE else fetched.proof
        if part.duration is not None or (pieces is None and proof is not Proof.NONE):
            # Held against what is promised; of a file, also against its own header.
            self._work_dir.note(part, _PROOF, proof.value)
        progress.begin(DownloadStage.ASSEMBLING)
        path, keep_free = fetched.path, limits.free_space_floor
        if pieces is not None:
            return _Assembled(join(path, pieces, self._run.check, keep_free=keep_free), proof)
        refuse_protected(path)
        correct_sizes(path)
        if (links := links_of(path)) is not None:
            self._offer_picture(path)
            return _Assembled(join_links(path, links, self._run.check, keep_free=keep_free), proof)
        info = probe(path)
        if info.has_picture:
            self._offer_picture(path)
        assembled = path.with_name(path.name + container_for(info).suffix)
        is_whole = proof is not Proof.NONE
        if info.stated is not None and not keeps_header(info):
            self._work_dir.note(part, _STATED, str(info.stated.total_seconds()))
        assemble(path, assembled, info, self._run.check, is_whole=is_whole, keep_free=keep_free)
        return _Assembled(assembled, proof, info.stated)

    def _noted(self, part: Part, kept: Path) -> _Assembled:
        """Return what a run that was stopped later made of a part."""
        seconds = self._work_dir.noted(part, _STATED)
        stated = timedelta(seconds=float(seconds)) if seconds else None
        return _Assembled(kept, self._noted_proof(part), stated)

    def _noted_proof(self, part: Part) -> Proof:
        """Return what showed that a part came whole, in a run that was stopped later."""
        return Proof(self._work_dir.noted(part, _PROOF) or Proof.NONE)

    def _give_up_if_same(self, part: Part, damage: TransientError, fault: str, *, is_whole: bool) -> None:
        """Raise ``DamagedForGood`` where enough transfers, one after another, had the same fault."""
        before, _, known = (self._work_dir.noted(part, _DAMAGE) or "").partition(" ")
        transfers = int(before) + 1 if known == fault else 1
        if transfers >= (_ENOUGH_WHOLE if is_whole else _ENOUGH):
            raise DamagedForGood(damage, transfers, is_whole=is_whole) from damage
        self._work_dir.note(part, _DAMAGE, f"{transfers} {fault}")

    def _verified(self, part: Part, assembled: _Assembled) -> Sound:
        """Make sure that a part is whole, and return what there is to hear.

        Where nothing proves that all of it came, even an estimate is believed once. The same sound in a second
        transfer is what there is.
        """
        is_whole = assembled.proof is not Proof.NONE
        kept_because = None
        try:
            sound = verify(assembled.path, is_whole=is_whole, check=self._run.check, stated=assembled.stated)
        except DamagedAudio as damage:
            if not self._is_kept_anyway:
                raise
            sound = verify(assembled.path, is_whole=True, is_kept=True, check=self._run.check, stated=assembled.stated)
            kept_because = damage.sentence
        is_measured = self._site.source.measures_durations
        promise = None if part.duration is None else Promise(part.duration, is_measured)
        if promise is not None:
            try:
                hold_against(sound, promise, assembled.proof)
            except ShorterThanPromised as short:
                kept_because = short.sentence
                heard = f"{sound.duration.total_seconds():.3f}"
                if not self._is_kept_anyway and (is_measured or self._work_dir.noted(part, _HEARD) != heard):
                    self._work_dir.note(part, _HEARD, heard)
                    raise
        remark = remark_on(sound, promise)
        if kept_because is not None and self._is_kept_anyway:
            remark = sentence("remark.kept_anyway", "It was kept although it is not whole: {fault}", fault=kept_because)
        if remark is not None:
            log.warning("shorter than promised", book=self._book.id, part=part.index + 1, reason=remark.text)
        self._remarks.on(part, remark)
        return sound

    def _fetch(self, part: Part, control: PartControl, limits: FetchLimits) -> Fetched:
        """Resolve the address just before fetching; for another one when it has died, as signed ones do."""
        path, site = self._work_dir.fetch_path(part), self._site
        for is_last in (False, True):
            try:
                media = self._addresses.find(part)
                with self._pace.fetching():
                    return fetch(media, path, site.media, control, limits)
            except DEAD_ADDRESS as error:
                if is_last or not self._addresses.renew(part, error):
                    raise
            except Throttled as error:
                self._work_dir.note(part, _THROTTLED, "yes")
                pause = error.retry_after or _PAUSE_WHEN_NOT_TOLD
                site.politeness.close(self._run.claim.site_key, pause, error.sentence)
                raise
        raise AssertionError("unreachable")

    def _cover(self) -> Cover | None:
        """Fetch the cover; a book without one is a book all the same."""
        data = self._extra("cover", self._book.details.cover_url, MAX_COVER_BYTES)
        if data is None:
            return None
        try:
            with self._computing.slot(self._run.check):
                return read_cover(data)
        except UnreadableCover as error:
            log.warning("left out", what="cover", book=self._book.id, reason=error.sentence.text)
            self._remarks.add_of_book(error.sentence)
            return None

    def _offer_picture(self, path: Path) -> None:
        """Take the picture inside of a part for the cover of a book that has no other."""
        if self._has_cover or (data := picture_in(path)) is None:
            return
        with suppress(UnreadableCover), self._computing.slot(self._run.check):
            self._packaging.offer_cover(read_cover(data))
            self._has_cover = True

    def _chapters(self, part: Part) -> tuple[Chapter, ...]:
        """Return the part's chapters; those that the source listed, or those of its chapters file."""
        data = self._extra("chapters", None if part.chapters else part.chapters_url, MAX_CHAPTERS_BYTES)
        return part.chapters if data is None else read_chapters(data)

    def _transcript(self, part: Part) -> Transcript | None:
        data = self._extra("transcript", part.transcript_url, MAX_TRANSCRIPT_BYTES)
        return None if data is None else read_transcript(data)

    def _extra(self, what: str, url: str | None, max_bytes: int) -> bytes | None:
        """Fetch what is worth having and never worth failing for: a book without it is a book all the same."""
        if url is None:
            return None
        try:
            return self._site.media.get(url, max_bytes=max_bytes).body
        except OhdioError as error:
            self._run.check()
            log.info("left out", what=what, book=self._book.id, reason=str(error))
            return None
