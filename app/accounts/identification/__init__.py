"""From what a source said about somebody to exactly one account, whoever else signs in now.

``sign_in`` is the way in. It looks up whose the identity's ``keys`` are and what else is known of
it (``attempt``), asks ``rules``, one pure function, which account it belongs to, and makes every
key that account's by statements that wait for each other (``attachment``). The answer is one of
``outcomes``: signed in, refused with the rule that refused, or a question to the person, which
waits in ``association`` until it is answered. ``contradictions`` are noted for an administrator on
the way; ``source_tokens`` are what a connection keeps for applications.
"""
