"""Which application may use which connection, and what it may learn through it."""
