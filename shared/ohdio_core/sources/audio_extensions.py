"""File name extensions that are audio and nothing else."""

from __future__ import annotations

#: Those that were known when the first books of pages were named by their recordings: never changed, as ids depend
#: on them and their order (``web.keys``).
FIRST_AUDIO_EXTENSIONS = (".mp3", ".m4a", ".m4b", ".aac", ".opus", ".ogg", ".oga", ".flac", ".wav")

#: All, in lower case, the better kept first: of several forms of one recording the first is taken.
AUDIO_EXTENSIONS = (*FIRST_AUDIO_EXTENSIONS, ".aiff", ".aif", ".mka", ".wma")
