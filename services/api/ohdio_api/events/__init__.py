"""The stream of changes: what changed, what is told of it, and how each watcher is told."""
