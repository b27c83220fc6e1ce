"""People: whose account an identity is, what is kept of a person, and what may be told.

A sign-in enters by ``identification``, which finds or makes the account by rules in a fixed order.
``records`` is what is kept afterwards: finding, merging, erasing, a person's own copy. ``imports``
brings people from elsewhere. ``claims`` are those that there are, where their values come from, and
what one application learns of them;
``person`` holds those values. ``passwords`` are those of local accounts, and
``weak_passwords`` those that are refused; ``phone_numbers`` are read in one form.
``passkeys`` are people's own devices as a way in. ``changed`` tells who listens that an account
was written.
``visible_names`` tells names that show nothing from others.
``made_up_claims`` stand in for people who have none, where an application cannot do without.
"""
