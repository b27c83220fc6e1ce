"""Valid flows with one thing changed in each request: nothing fails, each answer is well formed.

``make fuzz COUNT=100000``; a small slice of it is `tests/spec/test_changed_flows.py`. `flows` and
`management` are generators that give one request after the other and are sent its answer; before
each goes on its way, `mutations` change one thing in copies of it, and `judging` looks at what
comes back. A change that succeeds takes the place of the request that it was made from, so that
tokens, sessions and versions stay alive; where a flow cannot go on, a new one begins.
"""
