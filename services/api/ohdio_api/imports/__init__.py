"""Links of a file: a subscription list (OPML), or a link on each line."""
