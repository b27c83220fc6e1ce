"""The demo: Qiao, a local WeChat and two applications on one laptop. Not for production.

``deployment`` says where the parts listen and which secrets they share; ``processes`` starts them,
waits for them and stops them together; ``seed`` fills a new database. ``__main__`` runs it.
``relying_party`` is an application as anybody would make one, ``native`` an app on the command line
(``commands`` starts it).
"""
