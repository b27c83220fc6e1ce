"""The resources of the API: for each its record, its views and its operations.

A module for each kind of thing: ``clients``, ``credentials``, ``connections``, ``enablements``,
``accounts`` and what belongs to them. A view reads the body, calls a service of
`app.management.services` and gives the record; a list is a page by key
(`app.management.api.paging`).
"""
