"""A client of the API: typed answers, and errors that are sentences.

Nothing is imported here: whoever only needs the errors does not wait for httpx.
"""

from __future__ import annotations
