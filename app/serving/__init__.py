"""The server: uvicorn takes connections and requests apart, and here they meet the application.

`slow_clients` is uvicorn's protocol with deadlines, so that whoever is slow with a head, with a
body or in taking the answer holds a buffer for a while and never a thread. `asgi` waits until a
request has arrived whole, gives it to one of the `threads` as WSGI says it (`environ`, `answer`),
and sends what comes back; a request that waits for a bell (`app.web.waiting`) waits there too.
`fibres` let requests of the protocol share the loop's own thread where PostgreSQL lets them wait
there (docs/adr/0046-requests-share-the-loops-thread.md); `brief` takes those from the connection to
a fibre, and their answers back, without ASGI in between.
`constants` lets the protocol repeat answers that are everybody's (`oidc.endpoints.constant`);
`accepting` takes whoever waits to be connected while all that goes on.
`access` writes the log of requests; `bounds` says for how long and how many; `running` starts one
process (`server`) or several (`workers`), among which `sharing` evens out the connections that are
kept (docs/adr/0057-workers-even-out-connections.md).
Why uvicorn, and what it costs: docs/adr/0021-uvicorn-with-an-adapter.md.
"""
