"""Certificates of servers that we call: why one was refused."""

import ssl


def verifier_reason(error: BaseException | None) -> str | None:
    """In the verifier's words, why it refused a certificate; None where that was not the trouble.

    Libraries raise errors of their own, whose texts quote whole addresses; the verifier's is the
    innermost of those that were being handled.
    """
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return error.verify_message.rstrip(".")
        error = error.__context__
    return None
