"""Groups of people, and who may come in to an application.

``catalog`` keeps the groups, with the ``rules`` whose members are computed; ``members`` says who is
in one. ``access`` keeps what an application has of them: whom it lets in, which groups it sees and
which roles they have there; ``people`` whom an administrator let in, and who asks to be.
``merging`` is what two accounts that become one bring with them.
``admission`` answers for one person and one application, by one statement, where there is anything
to ask.
"""
