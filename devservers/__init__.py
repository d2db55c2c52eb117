"""Real PostgreSQL and RabbitMQ servers, run by ourselves: no service manager, no Docker, nothing left behind.

For development, tests, the demonstration and benchmarks on Linux; never for production. Every server lives in
one directory, listens on 127.0.0.1 only, and dies with the process that started it.
"""
