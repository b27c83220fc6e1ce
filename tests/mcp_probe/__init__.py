"""Asks a running server what the authorization of the Model Context Protocol demands of it.

``make probe-mcp URL=https://…``: the address of an authorization server (its issuer) or of an MCP
server. The demands are those of revision 2026-07-28 that are seen from outside, without a person.
"""
