"""OpenID's conformance suite in front of Qiao: ``make conformance SUITE=https://…``.

The flow, in the order in which its modules are met: `__main__` reads the command line; `trust`
decides which certificate of the suite is believed; `scratch` makes a deployment for this run alone
(database, keys, persons, clients, TLS with an authority of its own: `certificates`, and an API
that takes its tokens: `resource`), or `given` takes one that runs; `runner` creates every plan of
`plans` by the API in `suite`, told what `configuration` says (the clients of `clients`, the tasks
of `browser_tasks`), and runs one module after the other (`module_run`); `findings` reads the
suite's log; `expected` holds each result against ``expected.json``; `report` gathers them; `table`
writes docs/conformance.md and .json.

`stand_in` is a small suite that is no suite: what the runner is tested with.
"""
