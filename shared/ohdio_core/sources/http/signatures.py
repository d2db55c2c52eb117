"""How files of sound begin, whatever they are called."""

from __future__ import annotations

import re

#: ID3, MPEG and ADTS frames, Ogg, FLAC, WAV and AIFF, Matroska, MPEG-TS (two packets), MP4 and its fragments.
SOUND = re.compile(
    rb"ID3|\xff[\xe0-\xff]|OggS|fLaC|RIFF|FORM|\x1a\x45\xdf\xa3|G.{187}G|....(?:ftyp|styp|moof|sidx)", re.DOTALL
)
SOUND_BYTES = 189  #: so many first bytes tell
