"""Sound in MP4: reading the tables of a file, and writing those of one file of several (ISO/IEC 14496-12, 14496-14).

The samples of all parts lie one behind the other, as in their own files; only the tables are made anew.
"""
