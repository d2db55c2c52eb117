from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohdio_core.domain.naming import MAX_BYTES, part_name, safe_name

DEVICES = {
    "CON",
    "PRN",
    "AUX",
    "NUL",
    "CONIN$",
    "CONOUT$",
    *(f"{port}{n}" for port in ("COM", "LPT") for n in range(10)),
}
TEXTS = st.one_of(
    st.text(max_size=400),
    st.text(alphabet='/\\:*?"<>|. \x00\n\u202eaé\u0301🎧한', max_size=400),
    st.sampled_from(sorted(DEVICES)).flatmap(
        lambda name: st.sampled_from([name, name.lower(), f"{name} .txt", f" {name}."])
    ),
)


def is_accepted_everywhere(name: str) -> bool:
    return (
        0 < len(name.encode()) <= MAX_BYTES
        and not any(character in '/\\:*?"<>|' for character in name)
        and not any(unicodedata.category(character) in {"Cc", "Cs"} for character in name)
        and name[0] not in ". "
        and name[-1] not in ". "
        and name.partition(".")[0].rstrip().upper() not in DEVICES
        and unicodedata.is_normalized("NFC", name)
    )


class TestSafeName:
    @given(TEXTS)
    def test_is_accepted_everywhere(self, text: str) -> None:
        assert is_accepted_everywhere(safe_name(text))

    @given(TEXTS)
    def test_twice_is_the_same_as_once(self, text: str) -> None:
        assert safe_name(safe_name(text)) == safe_name(text)

    @given(TEXTS, st.integers(min_value=16, max_value=255))
    def test_keeps_to_its_bytes(self, text: str, limit: int) -> None:
        assert len(safe_name(text, max_bytes=limit).encode()) <= limit

    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("L’Été à l’île", "L’Été à l’île"),
            ("e\u0301te\u0301", "été"),
            ("Тихий Дон", "Тихий Дон"),
            ("吾輩は猫である", "吾輩は猫である"),
            ("Storm: a novel", "Storm - a novel"),
            ("Le phare : récit", "Le phare - récit"),
            ("At 10:30", "At 10-30"),
            ("AC/DC\\now", "AC-DC-now"),
            ('The "Best" Book?', "The 'Best' Book"),
            ("  two\t\nlines  ", "two lines"),
            ("Wait...", "Wait"),
            (".hidden", "hidden"),
            ("..", "Untitled"),
            ("", "Untitled"),
            ("???", "Untitled"),
            ("\u202egnp.exe", "gnp.exe"),
            ("con", "con_"),
            ("AUX.old", "AUX_.old"),
            ("Contact", "Contact"),
            ("\ud800lone", "lone"),
        ],
    )
    def test_reads_like_the_title(self, text: str, name: str) -> None:
        assert safe_name(text) == name

    def test_is_never_cut_within_a_letter(self) -> None:
        assert safe_name("q\u0301" * 200, max_bytes=20) == "q\u0301" * 6
        assert safe_name("한" * 200, max_bytes=20) == "한" * 6


class TestPartName:
    def test_of_a_book_of_one_part_is_its_title(self) -> None:
        assert part_name("Le phare", 0, 1, "Part 1", ".mp3") == "Le phare.mp3"

    def test_counts_from_one(self) -> None:
        assert part_name("Le phare", 0, 7, "La mer", ".m4a") == "01 - La mer.m4a"

    def test_falls_back_to_the_book(self) -> None:
        assert part_name("Le phare", 6, 7, None, ".mp3") == "07 - Le phare.mp3"

    @pytest.mark.parametrize(
        "title", ["01 - La mer", "1. La mer", "01_La mer", "1 – La mer", "001.La mer", "01: La mer", "01-La mer"]
    )
    def test_says_its_number_once(self, title: str) -> None:
        assert part_name("Le phare", 0, 7, title, ".mp3") == "01 - La mer.mp3"

    @pytest.mark.parametrize("word", ["Track 1", "piste A", "Chapitre premier", "ÉPISODE pilote"])
    def test_says_its_number_once_before_a_word_for_a_part(self, word: str) -> None:
        assert part_name("Le phare", 0, 7, f"01 {word}", ".mp3") == f"01 - {word}.mp3"

    @pytest.mark.parametrize(
        "title",
        [
            *("2. La mer", "1 Corinthiens", "1-2-3", "1.5 litre", "10 contes", "2001 - Fin"),
            *("01 novembre", "01-02-2021", "1 partisane"),
        ],
    )
    def test_keeps_a_number_that_is_not_its_own(self, title: str) -> None:
        assert part_name("Le phare", 0, 7, title, ".mp3") == f"01 - {title}.mp3"

    def test_keeps_the_number_of_an_agent(self) -> None:
        assert part_name("Le phare", 6, 7, "007 contre le docteur", ".mp3") == "07 - 007 contre le docteur.mp3"

    @pytest.mark.parametrize("title", ["1", "01", " 01. "])
    def test_of_a_part_that_has_only_a_number_is_the_book(self, title: str) -> None:
        assert part_name("Le phare", 0, 7, title, ".mp3") == "01 - Le phare.mp3"

    @given(st.integers(min_value=1, max_value=1200))
    def test_sorts_in_listening_order(self, count: int) -> None:
        names = [part_name("Book", index, count, "Same", ".mp3") for index in range(count)]
        assert names == sorted(set(names))

    @given(TEXTS, st.none() | TEXTS, st.integers(min_value=1, max_value=500))
    def test_is_a_safe_name(self, title: str, part: str | None, count: int) -> None:
        assert is_accepted_everywhere(part_name(title, count - 1, count, part, ".opus"))
