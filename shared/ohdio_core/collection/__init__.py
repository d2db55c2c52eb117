"""What people and services do with books and scans, in units of work over the engine's rows."""
