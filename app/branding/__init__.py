"""How an application looks on the pages that people see on their way to it: logo and colour.

An administrator's picture is drawn anew by ``pictures`` and kept by ``store``; ``serving`` hands it
to pages from our own origin. ``colours`` makes one colour fit to be read in the light and the dark
scheme. ``source_look`` is the style sheet of the sources' own buttons. ``registered_logos`` are
those that applications registered themselves, fetched and drawn anew.
"""
