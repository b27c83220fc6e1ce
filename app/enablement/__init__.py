"""Which application may use which connection, and what it may learn through it.

``sources`` keeps the switch for each application × connection; without a row an application may use
nothing. ``policy`` is the claim release that an administrator sets beside the switch; it is carried
out in `app.accounts.claims`. ``contexts`` says which authentication contexts can be reached by it.
"""
