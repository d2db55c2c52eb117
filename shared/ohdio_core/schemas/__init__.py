"""What the API takes and answers: what the gateway and the command agree about.

Nothing here needs the web framework or the database, so a command that talks to the API imports it in a moment.
"""
