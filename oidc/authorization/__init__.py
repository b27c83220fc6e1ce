"""From an authorization request to its answer (OpenID Connect Core 3.1.2, RFC 6749 4.1).

``endpoint`` is the story. It finds the whole request (``request_source``: as parameters, in a
``request_object``, or pushed before), validates it (``request``: a list of readers, the table of
contents), and asks ``dispatcher``, one pure function, what is next: issue, ask on a page, or
refuse. Whoever must be asked waits in `oidc.interactions`; every page comes back to
``/authorize/<id>``, in the browser that began (``browser``), and the dispatcher decides again. In
the end there is one row (``new_grant``) and one function that writes every answer, success or
error, in every response mode (``response``); a second copy of a step that was answered goes the
same way (``second_copies``). A device's request is the same, but for its beginning and its end
(``device_request``, ``device_approval``; RFC 8628). ``no_challenge`` says which request may come
without PKCE, ``kept_out`` what becomes of whom the application does not let in.
"""
