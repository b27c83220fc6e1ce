"""Sessions of people in browsers; administrators have their own (`app.administrators.sessions`).

``browser`` begins, loads and ends them: one statement for each request, the token stored as a
digest alone. ``lifetimes`` say how long they last, ``cookie`` is what the browser keeps.
``resting`` ends what rests on one way into an account when that way is taken away. ``at_source`` is
the session at a source that one began by.
"""
