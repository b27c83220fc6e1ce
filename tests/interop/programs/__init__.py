"""Programs that people run, signed in to Qiao as it is deployed: ``make test-interop``.

Each folder here is one program: ``program.toml`` says what is installed and which addresses a
person opens, the other files are the program's own example. ``__main__`` installs each in a folder
of its own (``installing``), registers it the way an administrator would (``registering``), has a
person of the sandbox's WeChat sign in, refresh and sign out (``journey``, ``visitor``), keeps what
was seen in ``results.json`` (``results``) and writes ``docs/relying-parties.md`` from it
(``document``).
"""
