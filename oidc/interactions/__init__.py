"""What waits for a person: parked authorization requests, consents, devices with a code to type.

``store`` keeps a validated request under an id while somebody is asked, bound to the browser that
began it, answered once; a pushed request (RFC 9126) and an in-app sign-in are the same row.
``consents`` remembers what a person allowed (OpenID Connect Core 3.1.2.4). ``device_codes`` are
devices that wait until a person has approved them on another screen (RFC 8628).
"""
