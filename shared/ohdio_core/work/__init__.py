"""The engine that every stage of work runs on: admit, claim, beat, finish, sweep.

A piece of work is a row. ::

    queued ──admit──▶ processing, no lease ──claim──▶ processing, leased ──finish──▶ completed | failed | queued …

PostgreSQL decides every step; messages only wake workers up, so a lost, late or doubled message
and a dead worker are all one case.
"""
