"""Bringing people over from elsewhere: by phone number, UnionID or OpenID, in any number.

``rows`` reads a file one line at a time and says why it refuses one; ``batches`` brings them in
with bounded memory, and changes nothing when it runs again:

    rows = read_rows(file, open_platform="acme")
    for progress in import_people(session, clock, rows, actor="admin:cli"):
        session.commit()            # or session.rollback() for a dry run
"""
