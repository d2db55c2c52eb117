"""Whether this process lives, can work, and what it counts."""
