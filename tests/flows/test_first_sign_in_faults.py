"""First sign-ins that meet each other, a slow WeChat, or the end of our process."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, event, func, select

from app.database import db
from app.tables.people import ACCOUNT
from app.web.rate_limits import limiter
from tests.deployment import Deployment
from tests.flows.test_in_app_sign_in import begin, confirm, go_on, native, redeem
from tests.relying_party import RelyingParty
from tests.sandbox_server import MOBILE

TOGETHER = 20


class Killed(BaseException):
    """The process ends here: nothing of ours catches it, and the database rolls back."""


def accounts(deployment: Deployment) -> int:
    with deployment.app.app_context():
        return int(db.session.scalar(select(func.count()).select_from(ACCOUNT)) or 0)


def sub(app: RelyingParty, code: str) -> Any:
    return app.verified(redeem(app, code).get_json()["id_token"])["sub"]


def test_twenty_first_sign_ins_by_two_connections_make_one_account(
    deployment: Deployment,
) -> None:
    deployment.connection()
    deployment.connection("mobile", mode="wechat-mobile", app_id=MOBILE.appid)
    app = native(deployment, connections=("wechat", "mobile"))
    deployment.wechat.settings(code2session_per_minute=0)
    limiter.enabled = False
    begun = [
        begin(app, connection="mobile" if number % 2 else "wechat").get_json()
        for number in range(TOGETHER)
    ]
    for asked in begun[::2]:
        assert confirm(deployment, asked["launch"]).status_code == 200
    barrier = threading.Barrier(TOGETHER)

    def finish(asked: Any) -> str:
        mine = replace(app, http=deployment.app.test_client(use_cookies=False))
        barrier.wait()
        for _ in range(10):  # a deadlock is answered with 503: the same step may be repeated
            more = {}
            if "send_auth" in asked:
                code = deployment.wechat.oauth_code("li-lei")
                more = {"wechat_code": code, "state": asked["send_auth"]["state"]}
            done = go_on(mine, asked["auth_session"], **more)
            if done.status_code != 503:
                break
        assert done.status_code == 200, done.text
        return str(done.get_json()["authorization_code"])

    with ThreadPoolExecutor(TOGETHER) as people:
        codes = list(people.map(finish, begun))
    limiter.enabled = True

    assert accounts(deployment) == 1
    assert len({sub(app, codes[0]), sub(app, codes[1]), sub(app, codes[-1])}) == 1


def test_process_killed_before_the_commit_leaves_the_ticket_to_be_confirmed_again(
    deployment: Deployment,
) -> None:
    deployment.connection()
    app = native(deployment)
    asked = begin(app).get_json()
    with deployment.app.app_context():
        engine = db.engine

    def kill(connection: Connection) -> None:
        if deployment.wechat.calls("/sns/jscode2session"):
            connection.invalidate()
            raise Killed

    event.listen(engine, "commit", kill)
    try:
        with pytest.raises(Killed):
            confirm(deployment, asked["launch"])
    finally:
        event.remove(engine, "commit", kill)
    before = accounts(deployment)
    again = confirm(deployment, asked["launch"])
    done = go_on(app, asked["auth_session"])

    assert before == 0
    assert (again.status_code, done.status_code) == (200, 200)


def test_process_killed_while_the_account_is_made_leaves_nobody_half_created(
    deployment: Deployment,
) -> None:
    deployment.connection()
    app = native(deployment)
    asked = begin(app).get_json()
    confirm(deployment, asked["launch"])
    with deployment.app.app_context():
        engine = db.engine

    def kill(connection: Connection) -> None:
        connection.invalidate()
        raise Killed

    event.listen(engine, "commit", kill)
    try:
        with pytest.raises(Killed):
            go_on(app, asked["auth_session"])
    finally:
        event.remove(engine, "commit", kill)
    before = accounts(deployment)
    done = go_on(app, asked["auth_session"])

    assert (before, done.status_code, accounts(deployment)) == (0, 200, 1)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_wechat_that_answers_after_our_timeout_signs_nobody_in_later(
    deployment: Deployment,
) -> None:
    deployment.connection()
    app = native(deployment)
    asked = begin(app).get_json()
    deployment.wechat.answers(endpoint="/sns/jscode2session", delay=9.0, when="after")

    late = confirm(deployment, asked["launch"])
    threading.Event().wait(2)  # WeChat's answer has come by now
    waiting = go_on(app, asked["auth_session"])

    assert (late.status_code, late.get_json()["error"]) == (503, "temporarily_unavailable")
    assert (waiting.status_code, waiting.get_json()["error"]) == (403, "insufficient_authorization")
    assert accounts(deployment) == 0
    assert confirm(deployment, asked["launch"]).status_code == 200
