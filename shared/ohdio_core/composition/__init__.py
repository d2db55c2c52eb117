"""Objects that the composition roots of all services build from shared settings.

Nothing is imported here: what judges a link makes a client's settings, and needs no engine.
"""

from __future__ import annotations
