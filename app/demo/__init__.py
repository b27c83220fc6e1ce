"""The demo: Qiao, a local WeChat and two applications on one laptop. Not for production.

``deployment`` says where the parts listen and which secrets they share; ``processes`` starts them,
waits for them and stops them together; ``seed`` fills a new database. ``__main__`` runs it.
``relying_party`` is an application as anybody would make one, ``browser`` somebody who signs in to
it; ``native`` is an app on the command line, or a mini program, and ``native_java`` the same app by
the helper for Android, which ``java_helper`` compiles and runs. All of them have the
``virtual_phone``, and ``commands`` starts them. ``traffic`` is a week of sign-ins of
``traffic_people``; ``traffic_command`` starts it.
"""
