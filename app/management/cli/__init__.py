"""The operator's commands: ``qiao ...``, or ``flask --app wsgi ...``.

``commands`` lists what exists; a folder for each kind of thing has a module for each command. A
``command`` runs inside the application, is thin over the services, and tells every refusal as a
sentence. ``secrets_entry`` takes secrets from a prompt, a pipe or the environment, never from an
argument; ``rounds`` make deliveries. ``deployment_file`` applies and exports a whole deployment,
``copying`` moves its database, ``doctor`` looks one over, ``search`` asks everything at once;
``mail`` is written to administrators; ``prune`` takes away what has expired; ``statistics`` are
numbers; ``serve`` is the server.
"""
