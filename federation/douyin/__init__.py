"""Douyin: OAuth 2.0 within an envelope, whose errors come with 200."""
