"""The pages that people see while they sign in, and their own page.

``parked`` loads the request that a page belongs to. ``sign_in`` shows a button for each connection
(``connections``) and begins by it: on a page of the source's own (``redirection``) or by a ticket
(``scan``, ``ticket_cookie``). ``continue_with`` goes on by what the sign-in was for, with a
question first where rule ``ask`` has one (``which_account``), and ``new_session`` ends it.
``consent``, ``select_account`` and ``device_code`` are the dispatcher's other steps. ``account`` is
the person's own page. ``errors`` and ``database_errors`` say what went wrong.
"""

from app.pages.setup import setup_pages

__all__ = ["setup_pages"]
