"""Alipay: one gateway, where requests and answers are signed with RSA."""
