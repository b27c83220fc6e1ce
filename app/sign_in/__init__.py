"""What pages, native apps and the tickets of phones share while somebody signs in.

``client_display`` and ``ticket_description`` say who asks, on what, from where (``places``), and
``upstream_call`` asks a source with the database let go of, through ``way_out`` where an
administrator entered its address. ``in_app`` is one step of an in-app sign-in (OAuth 2.0 for
First-Party Applications), told on the phone by ``in_app_description``; what its question comes to
is carried out when the app redeems (``in_app_answer``). An app's request that waits for news is in
``in_app_waiting``, and ``ticket_watch`` brings those of other nodes.
``local_passwords`` checks those of local accounts, and ``tries`` how often they may be wrong;
``known_browsers`` are not shut out by strangers' tries. ``not_enabled`` is a connection that may
not be used, ``contexts`` how passwords and passkeys are told in tokens, ``passkey_way`` what a
passkey opens, ``planted_passkeys`` those that go with a way in, ``question_token`` the sealed token
of rule ``ask``; ``in_app_errors`` are told to
developers. ``source_token`` is a person's token at a source, for an application that may have it.
"""
