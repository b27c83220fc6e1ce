"""A deployment as a file: credentials, connections, groups, applications, administrators, webhooks.

``reading`` gives the file with the line of each value, ``schema`` says what may stand there, and
``references`` finds secrets, which stand elsewhere. ``applying`` makes the deployment so, in one
transaction, by the ``parts`` (``webhook_part`` and ``group_parts`` are of them); what is so already
is left alone. ``exporting`` writes the file. Whatever is wrong is a ``fault`` with its place.
"""
