"""Bringing the bytes of one part to the disk: plain HTTP files and HLS playlists."""
