"""How long collections of garbage keep requests waiting."""

from __future__ import annotations

import gc


def shorten_pauses() -> None:
    """Leave what there is by now out of all later collections; called once, when everything is made.

    Three hundred thousand objects are there as long as the process: modules, routes, models, templates. Looking through
    them, which Python does every few thousand requests, stops all threads for a tenth of a second and more.
    """
    gc.freeze()
