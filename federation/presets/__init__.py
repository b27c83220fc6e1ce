"""Presets: sources that keep to the specifications, one file of data each.

The first lines of each name the documents that its addresses and names are from. Their words stand
in ``translations/``.
"""
