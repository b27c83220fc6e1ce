"""What administrators manage, in three ways: pages, an API and commands.

``console``, ``api`` and ``cli`` stand side by side and only say how something is asked for and
told; what is done, with all that must follow from it and the line in the audit trail, is in
``services``.
"""
