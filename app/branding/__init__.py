"""How the pages look that people see on their way to an application: pictures, colours, words.

What an administrator sends is drawn anew by ``pictures`` (with Pillow, in ``drawing``) and kept by
``store``, of applications and of this server itself; ``serving`` hands it to pages from our own
origin. ``colours`` makes every colour fit to be read in the light and the dark scheme.
``source_look`` is the style sheet of the sources' own buttons. ``registered_logos`` are those that
applications registered themselves, fetched and drawn anew.
"""
