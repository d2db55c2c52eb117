"""The endings of files that are sound and nothing else."""

from __future__ import annotations

#: Those that were known when the first books of pages were named by their recordings: never changed, as ids depend
#: on them and their order (``web.keys``).
FIRST_SOUND_ENDINGS = (".mp3", ".m4a", ".m4b", ".aac", ".opus", ".ogg", ".oga", ".flac", ".wav")

#: All, in lower case, the better kept first: of several forms of one recording the first is taken.
SOUND_ENDINGS = (*FIRST_SOUND_ENDINGS, ".aiff", ".aif", ".mka", ".wma")
