"""What happened in numbers: sign-ins, new people, failures, how long it took.

``counting`` counts the audit events between two times; ``rolling`` keeps that for each hour in UTC
that is over, once, whoever comes first, so that the log may be purged and nobody counts millions of
events again; ``periods`` cuts the last days into bars; ``overview`` puts hours that were counted
and the time since together; ``expired`` writes sign-ins down that ran out, which no request ends;
``worker`` does both beside the traffic.
"""
