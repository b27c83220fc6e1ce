"""What people and applications hold goes on working when the server becomes a newer version.

`from_0_1_0/` holds a populated database of version 0.1.0 for each kind of database, as rows in
JSON, and beside each what belongs to it outside of the database: cookies, tokens, passwords. Both
were made once, by that version (`tests.upgrade.maker`); nothing changes them any more.
`tests.upgrade.restored` puts the rows into a fresh database, whose tables the migrations make up
to that version, and lets the later migrations run over them.
"""
