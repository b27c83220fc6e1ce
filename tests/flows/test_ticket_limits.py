"""How often tickets can be opened and confirmed, and what the phone is told of who asks."""

from app.web.rate_limits import allows, limiter
from tests.deployment import Deployment
from tests.flows.test_in_app_sign_in import begin, native
from tests.sandbox_server import MINI_PROGRAM


def scene_of(launch: dict[str, str]) -> str:
    return launch["path"].partition("ticket=")[2]


def test_one_ticket_is_confirmed_ten_times_a_minute_at_most(deployment: Deployment) -> None:
    deployment.connection()
    begun = begin(native(deployment)).get_json()
    phone = deployment.app.test_client(use_cookies=False)
    ticket = f"/federation/v1/tickets/{scene_of(begun['launch'])}"
    phone.get(ticket)

    sent = {"js_code": "wrong", "number": begun["number"]}
    answers = [phone.post(f"{ticket}/confirm", json=sent) for _ in range(11)]

    assert {each.status_code for each in answers[:10]} == {400}
    assert (answers[10].status_code, answers[10].get_json()["error"]) == (429, "slow_down")
    assert int(answers[10].headers["Retry-After"]) > 0
    assert len(deployment.wechat.calls("/sns/jscode2session", MINI_PROGRAM.appid)) == 10


def test_application_that_opens_too_many_tickets_is_told_to_wait(deployment: Deployment) -> None:
    deployment.connection()
    app = native(deployment)
    with deployment.app.app_context():
        while allows("3000/minute", "tickets", "wechat"):
            pass

    refused = begin(app)
    limiter.reset()

    assert (refused.status_code, refused.get_json()["error"]) == (503, "temporarily_unavailable")
    assert begin(app).status_code == 403


def test_browser_that_finds_too_many_tickets_gets_a_page(deployment: Deployment) -> None:
    deployment.connection()
    shop, browser = deployment.application(), deployment.browser()
    location = browser.get(shop.start().url).location
    page = browser.get(f"{location}?ways=all")
    with deployment.app.app_context():
        while allows("3000/minute", "tickets", "wechat"):
            pass

    refused = browser.submit(page, location, connection="wechat")
    limiter.reset()

    assert refused.status_code == 429
    assert "Too many tries" in refused.text


def test_phone_is_told_which_application_asks_and_from_which_device(
    deployment: Deployment,
) -> None:
    deployment.connection()
    app = native(deployment, client_uri="https://app.example/about")
    app.http.environ_base["HTTP_USER_AGENT"] = "ShopApp/1.0 (Linux; Android 15)"

    launch = begin(app).get_json()["launch"]
    phone = deployment.app.test_client(use_cookies=False)
    told = phone.get(f"/federation/v1/tickets/{scene_of(launch)}").get_json()

    assert told["client"] == {
        "name": "App",
        "host": "app.example",
        "logo_uri": None,
        "registered_itself": False,
    }
    assert (told["device"], told["ip"]) == ("Android", "127.0.0.1")
    assert told["requested_at"] == deployment.clock()
