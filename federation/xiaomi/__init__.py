"""Xiaomi accounts, on web pages."""
