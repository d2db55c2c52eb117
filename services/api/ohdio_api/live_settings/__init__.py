"""Settings, and changing them while ohdio runs."""
