"""``doctor``: looks a deployment over and says what to mend.

``examination`` lists the checks in their order: settings, database, what is kept there, what is
reached over the network. Each gives ``finding`` after finding: a line for the operator, and whether
it is wrong.
"""
