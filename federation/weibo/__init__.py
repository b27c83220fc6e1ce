"""Weibo: OAuth 2.0 whose user-info address wants to be told whose."""
