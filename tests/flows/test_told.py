"""People and administrators read at their own page what happened with their sign-in."""

from tests.deployment import Deployment
from tests.flows.test_account_page import ACCOUNT, at_account, known, press


def test_person_reads_of_a_new_way_in_and_of_a_refused_number(deployment: Deployment) -> None:
    deployment.wechat.person("han-meimei", unionid="unbound")
    known(deployment)
    browser = at_account(deployment)
    before = browser.get(ACCOUNT).text
    scan = press(browser, "/account/sources/connect", connection="wechat")
    browser.scan(scan.location, "han-meimei")
    browser.submit(browser.get(scan.location), scan.location + "/finish")
    second = press(browser, "/account/sources/connect", connection="wechat")
    browser.get(second.location + "/code")
    scene = pick_a_wrong_number(deployment)

    after = browser.get(ACCOUNT).text

    assert scene
    assert "Nothing so far" in before
    assert "Another way to sign in was connected." in after
    assert "Chrome · Windows · " in after.replace("<bdi>", "").replace("</bdi>", "").replace(
        '<bdi dir="ltr">', ""
    )
    assert "refused on the phone" in after


def pick_a_wrong_number(deployment: Deployment) -> str:
    phone = deployment.app.test_client()
    scene = str(deployment.wechat.mini_program_codes()[0]["scene"])
    told = phone.get(f"/federation/v1/tickets/{scene}").get_json()
    wrong = {"js_code": "x", "number": 9}
    assert told["action"] == "link"
    answer = phone.post(f"/federation/v1/tickets/{scene}/confirm", json=wrong)
    assert answer.get_json()["error"] == "wrong_number"
    return scene
