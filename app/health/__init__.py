"""Whether this node works, for whoever sends it traffic: a load balancer, an orchestrator.

``readiness`` looks at what an answer rests on; ``views`` tell a stranger in one word. What is
wrong stands in the log and on the port of the metrics, which is the operator's own.
"""
