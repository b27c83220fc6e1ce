"""A module for each screen; ``app.management.console.routes`` has the address of each.

A view asks ``access`` first, reads through ``desk``, and changes things by the services. Screens of
one thing begin with its name: ``applications`` is the list and the settings, ``application_claims``
what an application learns, and so on. ``preview`` is what the frames of a look show.
"""
