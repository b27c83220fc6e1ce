"""The pages that people see while they sign in, and their own page.

``parked`` loads the request that a page belongs to. ``sign_in`` shows a button for each connection
(``connections``) and begins by it: on a page of the source's own (``redirection``) or by a ticket
(``scan``, ``ticket_cookie``). ``new_session`` goes on by what the sign-in was for, with a question
first where rule ``ask`` has one (``which_account``), and ends it. ``consent``, ``select_account``
and ``device_code`` are the dispatcher's other steps; ``onward_page`` stands between us and an
application where the browser may not go on by itself. ``account`` is the person's own page.
``errors`` and ``database_errors`` say what went wrong. ``sign_out`` and ``sign_out_pages`` end a
session, and ``source_logout`` deals with the source's own. ``self_service`` parks sign-ins for our
own pages, and ``linking`` is how one adds a way in; ``password`` is the form of local accounts.
``setup`` mounts the ``blueprint``; ``language``, ``scopes``, ``apis``, ``moments`` and
``error_texts`` are words. ``security_txt`` tells researchers whom to tell, ``welcome`` who comes by
themselves where to go; ``domain_file`` proves a domain. ``cancel`` is the way back before anything
was allowed, ``asked_by`` whom it leads to where a sign-in ends, ``kept_out`` the page of whom an
application does not let in. ``passkey`` is one's own device as a way in, ``brand`` what this server
wears where no application does.
"""

from app.pages.setup import setup_pages

__all__ = ["setup_pages"]
