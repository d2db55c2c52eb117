"""What people order, as history names it."""

from __future__ import annotations

from enum import StrEnum


class Act(StrEnum):
    """One kind of order."""

    ADDED = "added"  #: links: books or listings
    PAUSED = "paused"
    RESUMED = "resumed"
    RETRIED = "retried"
    FETCHED_AGAIN = "fetched_again"  #: a book that was complete
    REMOVED = "removed"  #: from the queue
    PUT_BACK = "put_back"  #: what was removed
    DELETED = "deleted"  #: a book with its files
    SETTING_CHANGED = "setting_changed"
    SETTING_RESET = "setting_reset"
    ACCOUNT_ADDED = "account_added"
    ACCOUNT_CHANGED = "account_changed"
    ACCOUNT_REMOVED = "account_removed"
