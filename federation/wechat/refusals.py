"""What each of WeChat's error numbers means for a sign-in.

Matching is on ``errcode`` alone; WeChat's wording is not stable and never leaves the log.
"""

from federation.errors import CodeRejected, Denied, FederationError, Misconfigured, Unavailable
from federation.wechat.transport import Answer


class SnapshotRefused(Denied):
    """WeChat served a virtual visitor (``is_snapshotuser``) who must never become an account."""

    code = "snapshot_user"
    hint = "WeChat showed a snapshot of the page; open the full page and sign in again."


STALE_TOKEN = frozenset({40001, 40014, 42001})
"""The server access token is not the latest, malformed or expired."""

WANT_NEW_CODE = frozenset(
    {
        40003,  # the openid is not the one of the phone code
        40029,  # invalid code: expired, used, malformed, or from another app
        40030,  # invalid refresh_token
        40163,  # code been used
        41008,  # missing code
        42002,  # refresh_token expired
        42003,  # code expired
        42007,  # the person changed their password
    }
)
DENIED = frozenset({40226})  # code blocked: high-risk user
OPERATORS_FAULT = frozenset(
    {
        40002,  # invalid grant_type, or a personal mini program that may not do this
        40013,  # invalid appid
        40125,  # invalid appsecret
        40164,  # our IP is not in the whitelist
        40165,  # the page path does not exist
        40243,  # AppSecret frozen
        41002,  # appid missing
        41004,  # secret missing
        41030,  # invalid page: not in the published version
        44993,  # daily quota of links
        45009,  # daily quota
        48001,  # the capability is not granted to this app
        48017,  # a retired IP of WeChat is pinned
        50004,  # token API forbidden
        50007,  # account frozen
        85079,  # the mini program is not published
        85088,  # no permission for URL Links
        85402,  # env_version
        85406,  # daily openings of links
        85407,  # no permission for links
        85408,  # links are banned
        89503,  # an administrator must confirm the call
        89506,  # refused for 24 hours
        89507,  # refused for an hour
    }
)


def refusal(answer: Answer, app_id: str) -> FederationError | None:
    """The error for an answer, or None when WeChat agreed. Unknown numbers may be tried again."""
    errcode = answer.errcode
    if errcode == 0:
        return None
    detail = f"errcode {errcode}"
    if errcode in WANT_NEW_CODE:
        return CodeRejected(detail)
    if errcode in DENIED:
        return Denied(detail)
    if errcode in OPERATORS_FAULT:
        return Misconfigured(detail, credential_id=app_id, errcode=errcode)
    return Unavailable(detail, retry_after=60 if errcode == 45011 else 2)


def check(answer: Answer, app_id: str) -> Answer:
    """The answer itself when WeChat agreed. Raises :func:`refusal` otherwise."""
    problem = refusal(answer, app_id)
    if problem is not None:
        raise problem
    return answer
