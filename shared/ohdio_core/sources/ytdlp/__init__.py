"""What no other source can read, through yt-dlp: an optional extra, in a process of its own.

Nothing is imported here: the process that runs yt-dlp passes by, and needs none of the rest.
"""

from __future__ import annotations
