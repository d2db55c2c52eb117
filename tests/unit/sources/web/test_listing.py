"""Directory listings of several web servers, with invented names."""

from __future__ import annotations

import pytest

from ohdio_core.errors import PermanentError
from ohdio_core.sources.web.document import Document
from ohdio_core.sources.web.listing import DirectoryListing, read_listing

URL = "https://files.example/books/Le%20phare/"

APACHE = """<html><head><title>Index of /books/Le phare</title></head><body><h1>Index of /books/Le phare</h1><table>
<tr><th><a href="?C=N;O=D">Name</a></th><th><a href="?C=M;O=A">Last modified</a></th></tr>
<tr><td><a href="/books/">Parent Directory</a></td></tr>{}</table></body></html>"""
NGINX = (
    '<html><head><title>Index of /books/Le phare/</title></head><body><pre><a href="../">../</a>{}</pre></body></html>'
)
PYTHON = "<html><head><title>Directory listing for /books/Le phare/</title></head><body><ul>{}</ul></body></html>"
CADDY = """<html><head><title>Le phare</title></head><body><h1><a href="/">files</a>/<a href="/books/">books</a></h1>
<a href="./?sort=name&order=desc">Name</a>{}<footer><a href="https://server.example">Server</a></footer></body></html>"""
ENTRIES = "".join(
    f'<a href="{name}">{name}</a>'
    for name in (
        "Chapter%2010.mp3",
        "Chapter%202.mp3",
        "Chapter%201.mp3",
        "notes.txt",
        "cover.jpg",
        "CD%202/",
        "Extras/",
    )
)


def test_a_directory_of_too_much_is_refused() -> None:
    with pytest.raises(PermanentError, match="more than 20,000 files and directories"):
        listing(NGINX, "".join(f'<a href="{number}.mp3">x</a>' for number in range(20_001)))


def listing(template: str, entries: str = ENTRIES) -> DirectoryListing | None:
    return read_listing(Document(template.replace("{}", entries).encode(), URL))


@pytest.mark.parametrize("template", [APACHE, NGINX, PYTHON, CADDY], ids=["apache", "nginx", "python", "caddy"])
def test_a_servers_listing_is_read(template: str) -> None:
    found = listing(template)
    assert found is not None
    assert found.name == "Le phare"
    assert [one.title for one in found.audio] == ["Chapter 1", "Chapter 2", "Chapter 10"]
    assert found.discs == (f"{URL}CD%202/",)
    assert found.directories == (f"{URL}Extras/",)
    assert found.cover_url == f"{URL}cover.jpg"


@pytest.mark.parametrize(
    "html",
    [
        '<title>Stories</title><a href="a.mp3">x</a>' + '<a href="https://elsewhere.example/">y</a>' * 3,
        '<title>Stories</title><a href="/about">x</a>',
        '<title>Folder tales</title><a href="a.mp3">One</a>',
        '<a href="episode-1/">Episode 1</a><a href="contact/">Contact</a>',
        '<a href="about/">about</a><a href="stories/">stories</a>',
        '<audio src="a.mp3"></audio><a href="a.mp3">a.mp3</a>',
        '<link rel="alternate" type="application/rss+xml" href="/feed/"><a href="a.mp3">a.mp3</a>',
        '<meta name="author" content="Ana Roy"><a href="a.mp3">a.mp3</a>',
        '<title>Le phare</title><a href="a.mp3">Prologue</a><a href="b.mp3">b.mp3</a>',
        "<title>Index of nothing</title>",
    ],
)
def test_a_page_like_any_other_is_no_listing(html: str) -> None:
    assert listing(html) is None


@pytest.mark.parametrize(
    "html",
    [
        # nginx and Apache cut names; Express says more than a name; IIS names its host; http.FileServer has no title.
        '<a href="../">../</a><a href="A%20very%20long%20name%20of%20a%20chapter.mp3">A very long name o..&gt;</a>',
        '<a href="a.mp3" title="a.mp3"><span>a.mp3</span><span>12 MB</span></a>',
        '<title>files.example - /books/</title><a href="/books/">[To Parent Directory]</a><a href="a.mp3">A</a>',
        '<pre><a href="a.mp3">a.mp3</a>\n<a href="CD1/">CD1/</a>\n</pre>',
        '<a href="a.mp3"><img src="/icon.png"></a> <a href="a.mp3">a.mp3</a>',
    ],
    ids=["cut", "Express", "IIS", "Go", "icons"],
)
def test_a_listing_is_known_by_its_title_or_by_the_names_that_it_shows(html: str) -> None:
    found = listing(html)
    assert found is not None
    assert len(found.audio) == 1


@pytest.mark.parametrize("playlist", ["all.m3u8", "all.m3u"])
def test_a_playlist_beside_the_files_is_no_part(playlist: str) -> None:
    found = listing(NGINX, f'<a href="{playlist}">{playlist}</a><a href="01.mp3">01.mp3</a>')
    assert found is not None
    assert [one.url.rpartition("/")[2] for one in found.audio] == ["01.mp3"]


def test_copies_and_the_whole_book_beside_its_chapters_are_no_parts() -> None:
    names = ("01.mp3", "01_64kb.mp3", "02.mp3", "02_64kb.mp3", "Le_phare.m4b")
    found = listing(NGINX, "".join(f'<a href="{name}">{name}</a>' for name in names))
    assert found is not None
    assert [one.url.rpartition("/")[2] for one in found.audio] == ["01.mp3", "02.mp3"]


def test_what_leads_out_of_the_directory_is_no_entry() -> None:
    found = listing(
        NGINX, '<a href="/other/x.mp3">x</a><a href="a/b.mp3">y</a><a href="c.mp3">z</a><a href="http://[">w</a>'
    )
    assert found is not None
    assert [one.title for one in found.audio] == ["c"]


class TestOfFoldersOnly:
    """A page that lists two folders and no file, as servers write it that give it no telling title."""

    FOLDERS = ("Lune%20noire/", "Lune noire"), ("Ana%20Roy%20-%20Le%20phare/", "Ana Roy - Le phare")

    @pytest.mark.parametrize(
        ("page", "row"),
        [
            (
                '<title>Le phare</title><h1><a href="/">/</a></h1>{}<footer><a href="https://caddyserver.com">Caddy</a>',
                '<tr><td><a href="./{0}"><svg></svg><span>{1}/</span></a></td><td>—</td></tr>',
            ),
            (
                '<title>files.example:8000/books/Le phare/</title><pre>{}</pre><a href="http://bytesex.org/webfs.html">x</a>',
                'drwxr-xr-x  root  Nov 29 19:06  &lt;DIR&gt;  <a href="{0}">{1}</a>\n',
            ),
            (
                (
                    '<title>ici Le phare</title><a href="/">/</a><table><th name="href">File Name</th>{}</table>'
                    '<a href="https://elsewhere.example/">x</a>'
                ),
                '<tr><td><a href="{0}?zip=crc">zip</a></td><td><a href="{0}">{1}/</a></td></tr>',
            ),
            (
                (
                    "<title>index - powered by h5ai v0.30 (https://larsjung.de/h5ai/)</title><table>"
                    '<tr><td><a href="..">Parent Directory</a></td></tr>{}</table>'
                ),
                '<tr><td><a href="/books/Le%20phare/{0}">{1}</a></td><td>2022-10-19 08:00</td></tr>',
            ),
            (
                (
                    '<a href="?theme=dark">Dark</a><a href="?download=tar">tar</a><a href="../">Parent</a>{}'
                    '<a href="https://github.com/svenstaro/miniserve">miniserve</a>'
                ),
                '<tr><td><a class="directory" href="/books/Le%20phare/{0}">{1}/</a></td></tr>',
            ),
            # One that nobody knows: every name is shown, and a date beside it.
            (
                '<title>Our shelf</title><a href="/">top</a><ul>{}</ul><a href="https://ours.example/">Ours 1.2</a>',
                '<li><a href="{0}">{1}</a> 12 Nov 2021 10:00</li>',
            ),
        ],
        ids=["Caddy", "webfs", "copyparty", "h5ai", "miniserve", "unknown"],
    )
    def test_is_a_listing(self, page: str, row: str) -> None:
        found = listing(page, "".join(row.format(*folder) for folder in self.FOLDERS))
        assert found is not None
        assert found.directories == (f"{URL}Ana%20Roy%20-%20Le%20phare/", f"{URL}Lune%20noire/")
        assert found.audio == ()

    def test_is_none_where_the_names_are_those_of_pages(self) -> None:
        rows = "".join(f'<li><a href="{name}/">{name}</a></li>' for name in ("about", "stories", "contact"))
        assert listing("<title>Our shelf</title>{}", rows) is None


def test_directories_may_be_in_the_query() -> None:
    """As Directory Lister has them, whose files lie below their own paths."""
    page = """<title>Files • Directory Lister</title><a href="https://files.example/">Home</a><ul>
        <li><a href="?dir=books">..</a></li><li><a href="?dir=books/Lune/CD%201">CD 1 <b>—</b></a></li>
        <li><a href="?dir=books/Lune/Extras">Extras</a></li><li><a href="?dir=other">x</a></li>
        <li><a href="https://files.example/books/Lune/1.mp3">1.mp3 36 KB</a></li></ul>
        <a href="https://www.directorylister.com">Directory Lister</a>"""
    found = read_listing(Document(page.encode(), "https://files.example/?dir=books/Lune"))
    assert found is not None
    assert (found.name, found.discs) == ("Lune", ("https://files.example/?dir=books/Lune/CD%201",))
    assert found.directories == ("https://files.example/?dir=books/Lune/Extras",)
    assert [one.url for one in found.audio] == ["https://files.example/books/Lune/1.mp3"]


def test_a_key_in_the_address_of_a_file_is_kept() -> None:
    found = listing(NGINX, '<a href="01%20a.mp3?k=aB3">01 a.mp3</a><a href="02%20b.mp3?k=Zz9">02 b.mp3</a>')
    assert found is not None
    assert [one.url.rpartition("/")[2] for one in found.audio] == ["01%20a.mp3?k=aB3", "02%20b.mp3?k=Zz9"]
    assert [one.title for one in found.audio] == ["a", "b"]


@pytest.mark.parametrize(
    "name", ["CD1", "Disc 2", "disque_3", "CD 1 of 4", "Le phare - CD 1", "Le phare (Disc 2)", "Teil 1"]
)
def test_the_discs_of_a_book_are_no_books(name: str) -> None:
    found = listing(NGINX, f'<a href="{name}/">{name}/</a>')
    assert found is not None
    assert (len(found.discs), found.directories) == (1, ())


@pytest.mark.parametrize("name", ["Le phare", "CD", "Disc jockeys 2", "Lune noire - CD 1", "2"])
def test_other_folders_are(name: str) -> None:
    found = listing(NGINX, f'<a href="{name}/">{name}/</a>')
    assert found is not None
    assert (found.discs, len(found.directories)) == ((), 1)
