"""Work on many accounts: imports, and one action on all whom a selection or a filter names.

``store`` keeps a job and its parts, ``uploads`` makes an import of a file, ``acting`` and
``importing`` are one step of each kind, and ``worker`` takes steps in a command, or in the
background of a server where ``lookout`` has found one. A step is one transaction, with what it
changed, how far it came and what became of each row: a job that was cut off goes on where it was,
on whatever node. ``control`` is what an administrator does with a job: looks, runs, stops, and
reads what became of each row; the first ``troubles`` are kept with the job.
"""
