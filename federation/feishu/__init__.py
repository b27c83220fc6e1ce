"""Feishu, and Lark, which it is called elsewhere: OAuth 2.0 with errors by number."""
