"""What happens to people, told to applications as security events (`oidc.shared_signals`).

``happenings`` listens to the audit trail, and to changes of accounts, and says which of it is an
event; the sessions that end tell of themselves (`oidc.logout.session_end`). ``pushing`` sends what
waits, in rounds that a worker of the server makes. ``receivers`` answers the provider's questions,
and lets requests wait for events.
"""
