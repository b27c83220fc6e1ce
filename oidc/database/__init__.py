"""The provider's tables and how they are asked.

``models`` are the rows, ``mysql_tables`` how MySQL and MariaDB keep every table. ``statements`` is
what every store needs of SQLAlchemy: counting rows that an UPDATE matched, an INSERT that may lose,
a transaction apart. ``driver_statement`` runs the few statements of every sign-in by the driver
itself, on the session's own connection; ``prepared`` is how on PostgreSQL, without a cursor; a
statement can ask how late it is. ``replay`` is what may be presented once, ``pruning`` what nobody
needs any more, ``wakeup`` rings when rows wait for a worker.
"""
