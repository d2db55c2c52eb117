"""What people order, as history names it."""

from __future__ import annotations

from enum import StrEnum


class Act(StrEnum):
    """One kind of order."""

    ADDED = "added"  #: links: books or listings
    PAUSED = "paused"
    RESUMED = "resumed"
    RETRIED = "retried"
    KEPT = "kept_anyway"  #: what is not whole
    FETCHED_AGAIN = "fetched_again"  #: a book that was complete
    REMOVED = "removed"  #: from the queue
    PUT_BACK = "put_back"  #: what was removed
    DELETED = "deleted"  #: a book with its files
    RESTORED = "restored"  #: from the trash
    TRASH_EMPTIED = "trash_emptied"  #: books in it, for good
    RENAMED = "renamed"  #: folders of books, to where they belong by the names of today
    LET_GO = "let_go"  #: of books that are missing from the library
    IMPORTED = "imported"  #: books of a folder
    VERIFIED = "verified"  #: files in the library
    EDITED = "edited"  #: what is known of a book
    CONVERTED = "converted"  #: a book, into one file
    LIMIT_CHANGED = "limit_changed"  #: how many download at once
    FOLLOWED = "followed"  #: a listing
    FOLLOW_CHANGED = "follow_changed"
    FOLLOW_PAUSED = "follow_paused"
    FOLLOW_RESUMED = "follow_resumed"
    FOLLOW_ENDED = "follow_ended"
    FOLLOW_CLEARED = "follow_cleared"  #: no order: books that a follow no longer keeps went to the trash
    SETTING_CHANGED = "setting_changed"
    SETTING_RESET = "setting_reset"
    ACCOUNT_ADDED = "account_added"
    ACCOUNT_CHANGED = "account_changed"
    ACCOUNT_REMOVED = "account_removed"
    CHANNEL_ADDED = "channel_added"  #: somebody is told of what becomes of books
    CHANNEL_REMOVED = "channel_removed"
    FEED_MADE = "feed_made"  #: a listening feed
    FEED_REVOKED = "feed_revoked"
