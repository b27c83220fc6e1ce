"""Applications that may send people here, and what they have registered (RFC 7591 2).

A registration document of a stranger becomes metadata in one way: ``metadata_parsing`` reads each
member by itself (``metadata_fields``), then what must be true between them (``metadata_rules``);
the value is ``metadata``. ``client`` keeps clients and is what the rest asks; ``secrets`` says
which of them have a secret. A client may also be the address of its own description
(``metadata_documents``, ``metadata_document_rules``: client ID metadata documents). ``key_sets``
finds a client's public keys, registered or at its ``jwks_uri``. ``search`` finds
clients by their names. ``metadata_choices`` picks where a client names all that it can do;
``field_values`` are shapes of single members.
"""
