"""What each of WeChat's error numbers means for the person who signs in."""

import pytest

from federation.errors import CodeRejected, Denied, FederationError, Misconfigured, Unavailable
from federation.wechat.refusals import check, refusal
from federation.wechat.transport import Answer


@pytest.mark.parametrize(
    ("errcode", "kind"),
    [
        (40003, CodeRejected),
        (40029, CodeRejected),
        (40163, CodeRejected),
        (41008, CodeRejected),
        (42003, CodeRejected),
        (42007, CodeRejected),
        (40226, Denied),
        (-1, Unavailable),
        (40001, Unavailable),
        (45011, Unavailable),
        (44990, Unavailable),
        (99999, Unavailable),
        (40013, Misconfigured),
        (40125, Misconfigured),
        (40164, Misconfigured),
        (40243, Misconfigured),
        (41002, Misconfigured),
        (41004, Misconfigured),
        (45009, Misconfigured),
        (48001, Misconfigured),
        (50004, Misconfigured),
        (50007, Misconfigured),
        (89503, Misconfigured),
        (89506, Misconfigured),
        (89507, Misconfigured),
    ],
)
def test_error_number_chooses_the_error(errcode: int, kind: type[FederationError]) -> None:
    found = refusal(Answer(errcode, {"errmsg": "wording of WeChat"}), "wx0123456789abcdef")

    assert type(found) is kind
    assert str(errcode) in found.detail
    assert "wording of WeChat" not in f"{found} {found.hint}"


def test_agreement_is_no_error() -> None:
    answer = Answer(0, {"errmsg": "ok"})

    assert check(answer, "wx0123456789abcdef") is answer


def test_minute_quota_says_how_long_to_wait() -> None:
    with pytest.raises(Unavailable) as refused:
        check(Answer(45011, {}), "wx0123456789abcdef")

    assert refused.value.retry_after == 60
