"""What happened, who did it, and by which rule: written once, never changed.

``trail`` adds an event, in the transaction of the thing itself, and reads events page by page,
newest first; what is secret or personal is masked before it is written. ``notices`` lists what
people and administrators are told of it. ``misconfiguration`` tells administrators which credential
has to be mended where the person is told only that a way to sign in is not available.
``client_refusals`` says why applications were refused, a few reasons for each; ``pushes_seen`` when
a source has pushed last.
"""
