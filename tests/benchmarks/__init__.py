"""Measurements beside our peers, in the same run; ratios count, absolute times are noisy. ``make bench``."""
