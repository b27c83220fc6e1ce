"""Bringing people over from elsewhere: by phone number, UnionID or OpenID, in any number.

``decoding`` makes text of a file, ``csv_records`` and ``json_records`` read it one row at a time,
``columns`` know which is what, and ``rows`` make a person of a row or say why not; ``batches``
bring them in with bounded memory, and change nothing when they run again. ``outcomes`` are what
became of the rows; ``foreseen`` is what would have, for a preview:

    rows = read_rows(file, open_platform="acme")
    for progress in import_people(session, clock, rows, actor="admin:cli"):
        session.commit()
"""
