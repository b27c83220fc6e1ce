"""The page of the person who is signed in: what is known of them, and what they can change.

``current_account`` is who they are, or leads to a sign-in of our own first. ``overview`` draws the
page; the other modules are its parts: ways in, sessions, applications, the copy of what is known,
and the end of the account. Its ``sources`` are those ways in, ``password`` is another one and
``passkeys`` are a third, ``records`` are the copy and the end; ``setup`` lists the views.
"""
