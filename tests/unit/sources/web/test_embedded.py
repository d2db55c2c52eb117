"""Players and links in the body of a page."""

from __future__ import annotations

import pytest

from ohdio_core.errors import PermanentError
from ohdio_core.sources.web.document import Document
from ohdio_core.sources.web.embedded import read_audio
from tests.fixtures.effort import seconds_of_work

URL = "https://stories.example/books/page.html"
HERE = "https://stories.example/books"


def document(html: str) -> Document:
    return Document(html.encode(), URL)


@pytest.mark.parametrize(
    "html",
    [
        '<audio src="a.mp3"></audio>',
        '<audio><source src="a.ogg" type="audio/ogg"><source src="a.mp3" type="audio/mpeg"></audio>',
        '<a href="a.mp3">listen</a>',
        '<link rel="enclosure" href="a.mp3">',
        '<meta property="og:audio" content="a.mp3">',
        '<base href="https://stories.example/books/"><a href="a.mp3">x</a>',
        '<audio src="a.mp3"></audio><a href="a.m4a">x</a><a href="a.ogg">x</a>',
        '<audio data-src="a.mp3" preload="none"></audio>',
        '<audio><source data-src="a.mp3" type="audio/mpeg"></audio>',
        '<audio src="" data-lazy-src="a.mp3"></audio>',
        '<audio src="#" data-mp3="a.mp3" preload="none"></audio>',
        '<audio src="data:audio/mpeg;base64,AAAA" data-src="a.mp3"></audio>',
        '<amp-audio src="a.mp3"><div fallback>no</div></amp-audio>',
        '<embed src="a.mp3" type="audio/mpeg">',
        '<object data="a.mp3" type="audio/mpeg"></object>',
        '<object data="p.swf"><param name="FlashVars" value="id=1&amp;soundFile=a.mp3&amp;x=y"></object>',
        '<embed src="player.swf?mp3=a.mp3" flashvars="mp3=a.mp3">',
        '<div class="player" data-audio="a.mp3"></div>',
        '<div data-track=\'{"title": "x", "file": {"mp3": "https:\\/\\/stories.example\\/books\\/a.mp3"}}\'></div>',
        '<iframe src="https://player.example/embed/7?file=https%3A%2F%2Fstories.example%2Fbooks%2Fa.mp3&color=ff"></iframe>',
        '<video src="a.mp3" controls></video>',
        '<video><source src="a.mp3" type="audio/mpeg"></video>',
        '<meta name="twitter:player:stream" content="a.mp3">',
        '<meta property="og:video" content="a.mp3">',
        '<link rel="alternate" type="audio/mpeg" href="a.mp3">',
        '<script>player.setup({file: "a.mp3", image: "a.jpg"})</script>',
        '<script type="application/json">{"episode": {"urls": ["/books/a.mp3", "/books/a.ogg"], "n": 1}}</script>',
    ],
)
def test_a_recording_is_found_once_in_its_best_form(html: str) -> None:
    assert [one.url for one in read_audio(document(html))] == [f"{HERE}/a.mp3"]


@pytest.mark.parametrize("said", ['download="La mer.mp3"', 'type="audio/mpeg"'])
def test_a_link_without_an_ending_may_say_that_it_is_sound(said: str) -> None:
    (found,) = read_audio(document(f'<a href="/get/1" {said}>La mer</a><a href="/get/2" download="Plan.pdf">Plan</a>'))
    assert (found.url, found.title) == ("https://stories.example/get/1", "La mer")


def test_a_player_of_films_plays_no_sound() -> None:
    assert read_audio(document('<video src="film.mp4"></video><video><source src="b" type="video/webm"></video>')) == ()


def test_of_a_players_forms_those_for_small_screens_come_last() -> None:
    small, large = '<source media="(max-width: 600px)" src="s.mp3">', '<source media="(min-width: 601px)" src="a.mp3">'
    assert [one.url for one in read_audio(document(f"<audio>{small}{large}</audio>"))] == [f"{HERE}/a.mp3"]


def test_recordings_keep_the_order_of_the_page() -> None:
    html = '<a href="10.mp3">Ten</a><audio src="2.mp3" title="Two"></audio><a href="1.m4a">One</a>'
    assert [one.title for one in read_audio(document(html))] == ["Ten", "Two", "One"]


@pytest.mark.parametrize(
    "html",
    [
        # As WordPress plays a file, and what it offers to browsers that cannot.
        '<audio><source type="audio/mpeg" src="a.mp3?_=1"><a href="a.mp3">https://stories.example/a.mp3</a></audio>',
        '<audio src="a.mp3"><a href="/get/4/a.mp3">Download</a></audio>',
        '<audio src="a.mp3"></audio><a href="http://stories.example/books/a.mp3">y</a>',
        '<a href="a_64kb.mp3">small</a><a href="a.mp3">large</a><a href="a_128kb.mp3">larger</a><a href="a.ogg">x</a>',
        '<a href="all.m3u8">All</a><a href="a.mp3">x</a>',
    ],
    ids=["WordPress", "fallback", "scheme", "bit rates", "playlist"],
)
def test_a_recording_that_is_offered_again_is_found_once(html: str) -> None:
    assert [one.url for one in read_audio(document(html))] == [f"{HERE}/a.mp3"]


def test_the_links_after_a_player_are_recordings_of_their_own() -> None:
    html = '<audio src="1.mp3"><a href="1.mp3">x</a></audio><audio></audio><a href="2.mp3">x</a><audio src="3.mp3" />'
    assert [one.title for one in read_audio(document(html))] == ["1", "x", "3"]


def test_a_query_that_names_the_recording_is_kept() -> None:
    html = '<a href="a.mp3?id=1">One</a><a href="a.mp3?id=2">Two</a><a href="a.mp3?download=17">Three</a>'
    assert [one.title for one in read_audio(document(html))] == ["One", "Two", "Three"]


def test_copies_of_a_low_bit_rate_count_where_there_is_nothing_else() -> None:
    html = '<a href="01_64kb.mp3">One</a><a href="02_64kb.mp3">Two</a>'
    assert [one.title for one in read_audio(document(html))] == ["One", "Two"]


def test_a_whole_book_beside_its_chapters_is_left_out() -> None:
    html = '<a href="phare.m4b">All</a><a href="1.mp3">One</a><a href="2.mp3">Two</a>'
    assert [one.title for one in read_audio(document(html))] == ["One", "Two"]


@pytest.mark.parametrize("names", [("extract.mp3", "phare.m4b"), ("1.m4b", "2.m4b", "intro.mp3")])
def test_a_book_in_m4b_is_no_copy_of_the_extract_beside_it(names: tuple[str, ...]) -> None:
    html = "".join(f'<a href="{name}">x</a>' for name in names)
    assert len(read_audio(document(html))) == len(names)


def test_of_two_links_the_one_that_says_something_names_the_recording() -> None:
    html = '<a href="a.mp3">▶</a> <a href="a.mp3" title="Download"><b>Le phare</b></a> <a href="b.mp3">▶</a>'
    assert [one.title for one in read_audio(document(html))] == ["Le phare", "b"]


def test_a_link_that_says_nothing_is_named_by_its_file() -> None:
    html = '<a href="The_keeper.mp3">Download (MP3, 12 MB)</a><a href="b.mp3"><i>Le</i> phare</a>'
    assert [one.title for one in read_audio(document(html))] == ["The keeper", "Le phare"]


@pytest.mark.parametrize(
    "html",
    [
        '<h1>Livre</h1><h2>La mer</h2><audio src="1.mp3"></audio><h2>Le <i>port</i></h2><audio src="2.mp3"></audio>',
        '<h2>La mer</h2><a href="1.mp3">MP3</a> <a href="1.ogg">OGG</a><h2>Le port</h2><a href="2.mp3">Download</a>',
        (
            '<table><tr><th>No<th>Titre<tr><td>1<td>La mer<td>12:05<td><a href="1.mp3">Play</a> <a href="1.ogg">OGG</a>'
            '<tr><td>2<td>Le port<td>11:40<td><audio src="2.mp3"></audio></table>'
        ),
        (
            '<figure><audio src="1.mp3"></audio><figcaption>La mer</figcaption></figure>'
            '<figure><audio src="2.mp3"></audio><figcaption>Le <b>port</b></figcaption></figure>'
        ),
        (
            '<table><tr><td>12 mars 2020<td>La mer <a href="1.mp3">MP3, 12 MB</a>'
            "<tr><td>1er mai 2020<td>12 min<td>Le port"
            '<td><audio src="2.mp3">Your browser cannot play 2.mp3</audio></table>'
        ),
        '<h2>La mer <a href="1.mp3">Download</a></h2><h2><a href="/b">Le port</a></h2><audio src="2.mp3">No.</audio>',
        '<ul><li><b>La mer</b> <audio src="1.mp3"></audio><li>Le port <a href="2.mp3">Download</a></ul>',
        (
            '<details><summary>La mer</summary><audio src="1.mp3"></audio></details>'
            '<details><summary>Le port</summary><a href="2.mp3">MP3</a></details>'
        ),
        '<p>La mer</p><audio src="1.mp3"></audio><p>Le port</p><p><audio src="2.mp3"></audio></p>',
    ],
    ids=[
        *("headings", "links below headings", "rows", "captions", "dates and lengths", "in the heading"),
        *("items of a list", "what unfolds", "lines above"),
    ],
)
def test_recordings_that_say_nothing_are_called_what_stands_beside_each(html: str) -> None:
    assert [one.title for one in read_audio(document(html))] == ["La mer", "Le port"]


@pytest.mark.parametrize(
    "html",
    [
        '<h2>Chapitres</h2><audio src="un.mp3"></audio><audio src="deux.mp3"></audio>',
        '<h2>Suite</h2><audio src="un.mp3"></audio><h2>Suite</h2><audio src="deux.mp3"></audio>',
        '<h2>Audio</h2><audio src="un.mp3"></audio><h2>La mer</h2><audio src="deux.mp3"></audio>',
        '<table><tr><td>Menu<td><a href="un.mp3">▶</a><a href="deux.mp3">▶</a></table>',
        f'<h2>{"long " * 40}</h2><audio src="un.mp3"></audio><h2>Court</h2><audio src="deux.mp3"></audio>',
        '<table><tr><td>1<td><a href="un.mp3">▶</a><tr><td>2<td><a href="deux.mp3">▶</a></table>',
        '<h2>Commentaires</h2><audio src="un.mp3"></audio><audio src="deux.mp3" title="deux"></audio>',
    ],
    ids=["one for all", "the same", "empty words", "one row", "a text", "numbers", "one alone"],
)
def test_what_does_not_tell_them_apart_names_none(html: str) -> None:
    assert [one.title for one in read_audio(document(html))] == ["un", "deux"]


def test_a_pages_only_recording_is_called_as_the_page_is() -> None:
    assert [one.title for one in read_audio(document('<h2>Plus</h2><audio src="ep3_final.mp3"></audio>'))] == [None]
    assert [one.title for one in read_audio(document('<audio src="a.mp3" title="La mer"></audio>'))] == ["La mer"]


@pytest.mark.fuzz
def test_tables_in_a_row_do_not_make_it_read_again_for_every_link() -> None:
    cells = "".join(f"<td>{'<i>z</i>' * 999}" for _ in range(11))
    links = "".join(f'<table><tr><td><a href="a{n}.mp3">▶</a></table><a href="b{n}.mp3">▶</a>' for n in range(4000))
    page = document(f"<table><tr>{cells}<td>{links}</table>")
    assert len(read_audio(page)) == 8000
    assert seconds_of_work(lambda: read_audio(page), enough=4.5) < 4.5


def test_the_first_cell_of_a_row_may_be_its_heading() -> None:
    row = '<tr><th scope=row>{}<td>Zoé<td><a href="{}.mp3">▶</a>'
    html = f"<table>{row.format('La mer', 1)}{row.format('Le port', 2)}</table>"
    assert [one.title for one in read_audio(document(html))] == ["La mer", "Le port"]


@pytest.mark.parametrize(
    "html", ['<audio><source src="live" type="application/x-mpegURL"></audio>', '<a href="master.m3u8?x=1">x</a>']
)
def test_hls_is_known_by_its_type_or_its_ending(html: str) -> None:
    (one,) = read_audio(document(html))
    assert one.is_stream


def test_og_audio_counts_only_where_there_is_nothing_else() -> None:
    html = '<meta property="og:audio" content="/teaser.mp3"><audio src="a.mp3"></audio>'
    assert [one.url for one in read_audio(document(html))] == [f"{HERE}/a.mp3"]


def test_a_page_of_too_many_links_is_refused() -> None:
    page = document("".join(f"<a href={number}.mp3>" for number in range(10_001)))
    with pytest.raises(PermanentError, match="links to more than 10,000"):
        read_audio(page)


@pytest.mark.parametrize(
    "html",
    [
        '<script type="application/json">{"next": ["/1.mp3", "/2.mp3"]}</script>',
        '<script>var file = "/1.mp3";</script>',
        '<script>a({file: "/1.mp3"}); b({file: "/2.mp3"})</script>',
        '<p data-text="like a.mp3 files"></p><p data-page="/about"></p>',
        '<iframe src="https://player.example/embed/7?file=http://["></iframe>',
        '<div data-track="{broken 1.mp3"></div>',
    ],
)
def test_what_is_for_scripts_and_names_no_one_recording_is_none(html: str) -> None:
    assert read_audio(document(html)) == ()


def test_what_is_for_scripts_counts_only_where_nothing_else_is() -> None:
    html = '<div data-audio="other.mp3"></div><a href="a.mp3">x</a>'
    assert [one.url for one in read_audio(document(html))] == [f"{HERE}/a.mp3"]


_LIST_OF_WORDPRESS = (
    '<script type="application/json" class="wp-playlist-script">{"type": "audio", "tracks": ['
    '{"src": "https://stories.example/books/a.mp3", "title": "La mer", "meta": {"artist": "x"}}, '
    '{"src": "https://stories.example/books/b.mp3", "title": "Le port", "image": {"src": "c.jpg"}}]}</script>'
)


@pytest.mark.parametrize(
    "html",
    [
        _LIST_OF_WORDPRESS,
        '<p data-list=\'[{"name": "La mer", "file": {"mp3": "a.mp3"}}, {"name": "Le port", "url": "b.mp3"}]\'></p>',
        '<script>list([{title: "La mer", mp3: "a.mp3", oga: "a.oga"}, {mp3:"b.mp3","title":"Le port"}])</script>',
        "<script>l = [{'name': 'La mer', 'url': '\\/books\\/a.mp3'},{'name': 'Le port', 'url': 'b.mp3'}];</script>",
        '<ul><li data-src="a.mp3" data-title="La mer">1</li><li data-src="b.mp3" data-title="Le port">2</li></ul>',
    ],
)
def test_lists_of_players_name_their_recordings(html: str) -> None:
    found = [(one.url, one.title) for one in read_audio(document(html))]
    assert found == [(f"{HERE}/a.mp3", "La mer"), (f"{HERE}/b.mp3", "Le port")]


@pytest.mark.parametrize(
    "words",
    ["Herunterladen (MP3, 12 MB)", "Jetzt anhören", "Télécharger le fichier", "Écoutez ici", "Play in new window"],
)
def test_words_that_name_nothing_are_known_in_three_languages(words: str) -> None:
    html = f'<a href="le_phare.mp3">{words}</a><a href="b.mp3">La mer</a>'
    assert [one.title for one in read_audio(document(html))] == ["le phare", "La mer"]
