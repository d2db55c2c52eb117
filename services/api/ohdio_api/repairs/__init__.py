"""Mending what older versions wrote down wrongly."""
