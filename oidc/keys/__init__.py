"""Our own signing keys: kept sealed, loaded once by a process, replaced without a gap.

``store`` gives the key that signs now and the set that relying parties see. ``rotation`` decides,
purely, when a key is published, begins to sign, is retired and goes. ``maintenance`` takes the step
by age, by whichever node comes first; ``watch`` lets no request for the key set wait for that. A
first key is made in a transaction of its own, before the request holds any lock.
"""
