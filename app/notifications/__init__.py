"""Telling others what happened here: signed webhooks, and mail to administrators.

``events`` lists the types of events and says which line of the audit trail is which. The
``listener`` hears each line as it is recorded and puts a row for each target that wants it into
the ``outbox``, in the same transaction; for sign-ins it remembers for two seconds who wants what,
so that none asks. ``webhooks`` are the receivers, ``signing`` the headers that prove us
(Standard Webhooks), ``posting`` one try at a webhook and ``mail`` one by SMTP. ``attempts``
claims, sends and settles one; ``lanes`` make those that are due, each target in a lane of its
own, and ``worker`` runs them in the background of a server. ``keys_ending`` looks for signing keys
that are about to be replaced.
"""
