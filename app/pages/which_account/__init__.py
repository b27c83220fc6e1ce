"""The page of rule ``ask``: is a new identity somebody's who has an account already?

``question`` shows the page and ``questions`` reads what is asked about. A person proves an account
by a way in that it has (``proof``) or by a password; ``answers`` keeps the answer of a sign-in in
an app until the app redeems; ``connecting`` is the same page where somebody connects two ways in at
``/account``.
"""
