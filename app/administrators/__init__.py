"""Who runs a deployment: people, roles, passwords, factors and sessions of administrators.

``admins`` are the people and ``roles`` what they may do; ``invitations`` are links that make one.
A sign-in asks ``challenges``, answered once by one statement: a password, a code of an
authenticator (``totp``), a ``passkeys`` answer or a ``recovery`` code; then ``sessions`` begins a
session apart from those of people. ``replay`` goes on with the form that was sent before. Console,
API and commands use them alike.
"""
