"""What a link would add, before anything is queued."""
