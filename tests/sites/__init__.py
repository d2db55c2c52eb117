"""Simulated sites: a real origin on 127.0.0.1 that serves what the sources read, and watches how they read it."""
