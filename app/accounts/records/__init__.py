"""What is kept of people once they have an account, and what they and administrators do with it.

``directory`` finds, reads, edits and stops accounts. ``linking`` lists the ways in that a person
has, adds and takes them away. ``conflicts`` is the queue of what nobody guessed about; ``merge``
joins two accounts of one person, with a preview, and undoes it; ``ways_in`` go with it. ``export``
is everything that is known of one person; ``erasure`` forgets it. ``moving`` tells who would not be
found again after a source's program gives way to another one.
"""
