"""The console: the config pages under ``/admin``, with the services below them.

``setup`` mounts it by its ``routes``; ``views`` has a module for each screen. ``access`` says who
may open one, and asks for a fresh proof before secrets. ``forms`` keep what was typed and find what
somebody else saved meanwhile; ``saving`` commits, or tells what stands against it. What is kept is
read through ``desk`` and put into words by ``labels``, ``event_labels``, ``people_labels``,
``group_labels`` and ``metadata_labels``; ``frame`` hands them to every page. ``places`` are what
the navigation leads to, ``comparing`` is the table of two accounts. ``application_form``,
``snippets`` and ``scopes`` belong to the pages of an application. ``names`` says what ids are
called, ``event_words`` what an event means and mends, ``detail_names`` what its details are called;
``charts`` are drawn. ``misread`` says of filters that they mean nothing.
"""
