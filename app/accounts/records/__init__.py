"""What is kept of people once they have an account, and what they and administrators do with it.

``listing`` is the list of them, by what a ``search`` means (``finding`` asks the database for it),
with what ``glances`` tell of each; ``directory`` reads and stops accounts, ``editing`` makes and
changes them by hand. ``linking`` lists the ways in that a person has, adds and takes them away.
``conflicts`` is the queue of what nobody guessed about; ``merge`` joins two accounts of one person,
with a preview, and undoes it; ``ways_in`` go with it. ``export`` is everything that is known of one
person; ``erasure`` forgets it, and ``receipts`` prove that. ``moving`` tells who would not be found
again after a source's program gives way to another one.
"""
