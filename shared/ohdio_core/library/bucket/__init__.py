"""The library in a bucket of an object store that speaks S3 (ADR 29).

A book is a folder of keys, ``Author/Title/``. Its files lie in an edition below it, ``Author/Title/OWNER-RANDOM/``,
which nobody changes once it is written. The marker, ``Author/Title/.ohdio.json``, names the edition; it is written
last, and only if nobody has written another one meanwhile. So a book is there whole or not at all, whoever is killed
when. What no marker names is an orphan, and is removed a day later.
"""
