"""What an administrator does, with all that must follow from it, for whoever asks.

Console, API and commands stand side by side on these modules, one for each kind of thing. A service
is called with an ``actor``, checks, changes, writes the audit event and tells applications whose
sessions ended. What stands against a change is one of ``refusals``. Nothing is committed here.
``accounts``, ``clients``, ``apis``, ``connections``, ``credentials``, ``domain_files``,
``enablements``, ``branding``, ``groups``, ``application_access``, ``webhooks``, ``event_streams``
and ``signing_keys`` are those modules; ``records`` and ``previews`` tell, ``deployment`` is what
they all reach, ``segments`` cuts client ids out of paths, ``own_api`` names our own API and its
scopes. ``sealed_columns`` lists what is stored sealed, ``resealing`` seals it anew.
``client_refusals`` puts why an application was refused into words; ``presets`` are programs that
people run, ``preset_documents`` the registration of one, ``preset_values`` what each is told.
``client_check`` looks an application over, with ``preset_comparison`` and ``first_sign_in``;
``client_search`` finds applications, ``learning`` says what one may learn of people;
``invitation_mail`` sends the links of ``app.administrators``; ``moving`` says whom a move would
lose; ``comparison`` puts two accounts side by side, ``search`` asks everything at once,
``statistics`` tells numbers. ``copying`` moves all into another database.
``deployment_file`` makes a whole deployment so. ``people`` makes, changes and erases one,
``people_filters`` say who is meant, ``people_files`` are read in whatever encoding they have,
``people_exports`` take them away as ``spreadsheets`` can open
them, and ``jobs`` are imports and actions on many.
"""
