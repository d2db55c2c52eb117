"""The ``ohdio`` command, a typed client of the API, and the commands that talk to a running ohdio.

It needs neither the database nor the broker nor a source, so that it can be installed by itself.
"""
