"""What a player of podcasts shows of a folder of shows, by the rules of Audiobookshelf (tests/players/podcasts.py)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from ohdio_core.domain.audiobook import BookDetails, Part
from ohdio_core.name_template import parse_show_names
from ohdio_downloader.opf import OPF
from tests.players.podcasts import ShownEpisode, podcasts_of
from tests.sites.audio import AudioFactory
from tests.unit.downloader.test_players import Filing

SHOW = "Récits, ondes & co"
EPISODE = BookDetails(
    title="La brume",
    authors=("Zoé Roy", "Noé Côté"),
    description="Une île & deux sœurs.",
    published_year=2026,
    published_on=date(2026, 11, 28),
    genre="Jeunesse / Ados",
    language="fr",
    series=SHOW,
    series_position="S2E7",
    episode_of=SHOW,
    parts=(Part(0, "e-1"),),
)
NEXT = replace(
    EPISODE, title="Le sel", published_on=date(2026, 11, 29), series_position="S2E10", parts=(Part(0, "e-2"),)
)


@pytest.fixture
def filing(tmp_path: Path, audio: AudioFactory) -> Filing:
    return Filing(tmp_path, audio)


def shown(filing: Filing, details: BookDetails) -> ShownEpisode:
    """File an episode, and return how it is shown."""
    place = filing.root / filing.put(details)
    (podcast,) = podcasts_of(filing.root)
    return next(each for each in podcast.episodes if each.file.with_suffix("") == place)


@pytest.mark.parametrize("suffix", [".mp3", ".m4a"])
def test_a_show_is_one_podcast_and_each_field_as_it_is_known(filing: Filing, suffix: str) -> None:
    first = filing.root / filing.put(EPISODE, suffix=suffix, chapters={0: ("Un", "Deux")}, text=b"WEBVTT\n")
    filing.put(NEXT, suffix=suffix)
    (podcast,) = podcasts_of(filing.root)
    assert (podcast.folder, podcast.title) == (filing.root / SHOW, SHOW)
    assert podcast.author == "Zoé Roy; Noé Côté"
    assert podcast.genres == ["Jeunesse – Ados"]
    assert (podcast.language, podcast.kind, podcast.itunes_id) == ("fr", None, None)
    assert podcast.cover == filing.root / SHOW / "cover.jpg"
    found, following = podcast.episodes
    assert [(round(start), name) for start, name in found.chapters] == [(0, "Un"), (1, "Deux")]
    found.chapters = []
    assert found == ShownEpisode(
        first.with_name(f"2026-11-28 - La brume{suffix}"),
        "La brume",
        description="Une île & deux sœurs.",
        season="2",
        number="7",
        published="2026-11-28",
    )
    assert (following.title, following.season, following.number, following.published) == (
        "Le sel", "2", "10", "2026-11-29",
    )  # fmt: skip


def test_nothing_else_of_ours_is_seen(filing: Filing) -> None:
    filing.put(EPISODE, text=b"WEBVTT\n")
    seen = {path.name for path in (filing.root / SHOW).iterdir() if not path.name.startswith(".")}
    assert seen == {"cover.jpg", *(f"2026-11-28 - La brume.{suffix}" for suffix in ("mp3", "jpg", "vtt"))}
    assert not list(filing.root.rglob(OPF))


def test_what_is_not_known_is_not_shown(filing: Filing) -> None:
    found = shown(filing, BookDetails(title="Seul", episode_of=SHOW, parts=(Part(0, "e-1"),)))
    assert found == ShownEpisode(filing.root / SHOW / "Seul.mp3", "Seul")


@pytest.mark.parametrize(
    ("position", "season", "number"),
    [("7", None, "7"), ("S2E7", "2", "7"), ("saison 1, épisode 3", "1", "3"), ("hors série", None, None)],
)
def test_a_season_is_shown_where_somebody_has_stated_one(
    filing: Filing, position: str, season: str | None, number: str | None
) -> None:
    found = shown(filing, replace(EPISODE, series_position=position))
    assert (found.season, found.number) == (season, number)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Il dit <mot> & s'en va.", "Il dit ‹mot› & s'en va."),
        ("a < b > c", "a < b > c"),
        ("<b>fort</b>", "‹b›fort‹/b›"),
        ("sans fin <ici", "sans fin ‹ici"),
        ("Deux\nlignes", "Deux\nlignes"),
    ],
)
def test_no_word_of_a_description_is_lost(filing: Filing, text: str, read: str) -> None:
    assert shown(filing, replace(EPISODE, description=text)).description == read


def test_each_of_several_genres_is_one(filing: Filing) -> None:
    filing.put(replace(EPISODE, genre="Poésie; Jeunesse / Ados"))
    (podcast,) = podcasts_of(filing.root)
    assert podcast.genres == ["Poésie", "Jeunesse – Ados"]


@pytest.mark.parametrize("show", ["1984 - Le retour", "CD 1", "Le code [B0015T963C]", "Les ensembles {x}"])
def test_the_name_of_a_show_tells_nothing_else(filing: Filing, show: str) -> None:
    filing.put(replace(EPISODE, episode_of=show))
    filing.put(replace(NEXT, episode_of="Une autre"))
    assert sorted(podcast.title for podcast in podcasts_of(filing.root)) == sorted([show, "Une autre"])


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("metadata", b'{"title": "Autre", "segments": []}'),
        ("desc", b"Tout ce qui est dit."),
        ("reader", b"Bonjour."),
        ("Cover", b"WEBVTT\n"),
    ],
)
def test_what_goes_with_an_episode_is_taken_for_nothing_of_its_show(
    tmp_path: Path, audio: AudioFactory, title: str, text: bytes
) -> None:
    filing = Filing(tmp_path, audio, parse_show_names("Balados/{show}/{title}"))
    filing.put(replace(NEXT, episode_of=SHOW))
    filing.put(replace(EPISODE, title=title), text=text)
    (podcast,) = podcasts_of(filing.root / "Balados")
    folder = filing.root / "Balados" / SHOW
    assert podcast.cover == folder / "cover.jpg"
    assert (folder / "cover.jpg").read_bytes() == (folder / "Le sel.jpg").read_bytes()
    (transcript,) = [path for path in folder.iterdir() if path.suffix in {".json", ".txt", ".vtt"}]
    assert transcript.read_bytes() == text
    assert transcript.name.lower() not in {"metadata.json", "desc.txt", "reader.txt"}
