"""PostgreSQL, the truth: models, units of work, migrations and events. Only this package commits."""
