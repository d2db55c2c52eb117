"""The host names that are simulated, as requests name them in their Host header."""

from __future__ import annotations

PAGES = "ici.radio-canada.ca"
SERVICES = "services.radio-canada.ca"
IMAGES = "images.radio-canada.ca"
DOWNLOADS = "rcavmedias-download.akamaized.net"  #: progressive media
STREAMS = "rcavmedias-static.akamaized.net"  #: playlists and segments
FEEDS = "feeds.example"
LIBRIVOX = "librivox.org"
ARCHIVE = "archive.org"
ENCLOSURES = "audio.example"  #: what feeds point at

MEDIA = frozenset({DOWNLOADS, STREAMS, ENCLOSURES})
ALL = (PAGES, SERVICES, IMAGES, DOWNLOADS, STREAMS, FEEDS, ENCLOSURES, LIBRIVOX, ARCHIVE)
