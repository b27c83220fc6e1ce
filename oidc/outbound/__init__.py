"""The one way in which the provider connects to an address that somebody else chose.

``http_client`` fetches keys, request objects and documents and posts logout tokens; ``answer`` is
what comes back, or why nothing does. ``telling`` sends what matters by the answer's status alone.
``names`` looks host names up within a time, ``addresses`` says which network addresses it may
reach, ``authorities`` whose certificates it believes, ``deadline_socket`` ends the whole
conversation at one moment. Nothing is followed, nothing is believed for its length (OWASP: server-
side request forgery).
"""
