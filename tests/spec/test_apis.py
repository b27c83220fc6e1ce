"""Registered APIs: tokens by resource or scope, for what was consented to there (RFC 8707)."""

from typing import Any

import pytest

from app.database import db
from app.management.services import apis
from app.management.services.deployment import acting_as
from oidc.apis.api import Api, ApiFields, ApiScope
from tests.deployment import Deployment
from tests.relying_party import ISSUER, RelyingParty, header_of, verify_jws

ORDERS, STOCK = "https://orders.shop.example/api", "https://stock.shop.example/api"
READ = ApiScope("orders:read", {"en": "read your orders", "zh": "查看你的订单"})
WRITE = ApiScope("orders:write", {"en": "place orders for you", "zh": "替你下单"})
COUNT = ApiScope("stock:count", {"en": "count what you keep", "zh": "清点你的库存"})
FIELDS = ApiFields(
    resource=ORDERS,
    name={"en": "Orders", "zh": "订单"},
    scopes=(READ, WRITE),
    default_scopes=("orders:read",),
)


def register(deployment: Deployment, fields: ApiFields = FIELDS, api_id: str = "orders") -> Api:
    with deployment.app.app_context():
        made = apis.create(acting_as("test"), fields, api_id)
        db.session.commit()
    return made


def change(deployment: Deployment, api: Api, **changes: Any) -> Api:
    fields = {name: getattr(api.fields, name) for name in ApiFields.__slots__}
    with deployment.app.app_context():
        made = apis.change(acting_as("test"), api, ApiFields(**{**fields, **changes}))
        db.session.commit()
    return made


def remove(deployment: Deployment, api: Api) -> None:
    with deployment.app.app_context():
        apis.delete(acting_as("test"), api)
        db.session.commit()


@pytest.fixture
def orders(deployment: Deployment) -> Api:
    return register(deployment)


@pytest.fixture
def stock(deployment: Deployment) -> Api:
    fields = ApiFields(resource=STOCK, scopes=(COUNT,), token_format="opaque", token_lifetime=60)
    return register(deployment, fields, "stock")


@pytest.fixture
def shop(deployment: Deployment) -> RelyingParty:
    deployment.connection()
    return deployment.application()


def tokens_of(deployment: Deployment, shop: RelyingParty, **asked: str | None) -> Any:
    """What a person's consent to this request comes to."""
    browser = deployment.browser()
    started = shop.start(**asked)
    asking = browser.sign_in(started.url, "li-lei").location
    location = browser.consent(asking).location if asking.startswith("/consent/") else asking
    code = shop.response(location, started)["code"]
    return shop.redeem(code, started).get_json()


def claims_of(shop: RelyingParty, token: str) -> Any:
    assert header_of(token)["typ"] == "at+jwt"
    return verify_jws(token, shop.http.get("/jwks").get_json())


def error_of(deployment: Deployment, shop: RelyingParty, **asked: str | None) -> str:
    started = shop.start(**asked)
    answer = deployment.browser().get(started.url)
    return shop.response(answer.location, started)["error"]


def test_token_asked_by_resource_is_a_jwt_for_it(
    deployment: Deployment, shop: RelyingParty, orders: Api
) -> None:
    tokens = tokens_of(deployment, shop, resource=ORDERS, scope="openid orders:read")

    claims = claims_of(shop, tokens["access_token"])
    assert claims["aud"] == ORDERS
    assert claims["scope"] == tokens["scope"] == "openid orders:read"
    assert shop.userinfo(tokens["access_token"]).status_code == 401


def test_token_asked_by_scope_is_for_its_api_and_for_userinfo(
    deployment: Deployment, shop: RelyingParty, orders: Api
) -> None:
    tokens = tokens_of(deployment, shop, scope="openid orders:read")

    assert claims_of(shop, tokens["access_token"])["aud"] == [ORDERS, ISSUER]
    assert shop.userinfo(tokens["access_token"]).status_code == 200


def test_token_for_an_apis_scopes_alone_is_for_nothing_else(
    deployment: Deployment, shop: RelyingParty, orders: Api
) -> None:
    tokens = tokens_of(deployment, shop, scope="orders:read", nonce=None)

    assert claims_of(shop, tokens["access_token"])["aud"] == ORDERS
    assert "id_token" not in tokens


def test_request_without_scope_gets_the_default_of_the_api(
    deployment: Deployment, shop: RelyingParty, orders: Api
) -> None:
    tokens = tokens_of(deployment, shop, resource=ORDERS, scope=None)

    assert tokens["scope"] == "orders:read"


def test_request_without_scope_gets_what_the_application_registered(
    deployment: Deployment, orders: Api
) -> None:
    deployment.connection()
    other = deployment.application("other", scope="profile openid orders:write")

    plain = tokens_of(deployment, other, scope=None)
    of_stock = tokens_of(deployment, other, scope=None, resource="https://api.example/stock")

    assert plain["scope"] == "profile openid orders:write"
    assert of_stock["scope"] == "profile openid"


def test_resource_that_has_no_scopes_gets_openid(
    deployment: Deployment, shop: RelyingParty
) -> None:
    tokens = tokens_of(deployment, shop, scope=None, resource="https://api.example/stock")

    assert tokens["scope"] == "openid"


def test_request_that_names_nothing_at_all_gets_openid(
    deployment: Deployment, shop: RelyingParty
) -> None:
    tokens = tokens_of(deployment, shop, scope=None)
    other = deployment.application("other", scope="orders:write")

    assert tokens["scope"] == "openid"
    assert error_of(deployment, other, scope=None) == "invalid_scope"


def test_scope_of_another_api_is_passed_over(
    deployment: Deployment, shop: RelyingParty, orders: Api, stock: Api
) -> None:
    tokens = tokens_of(deployment, shop, resource=STOCK, scope="orders:write stock:count")

    assert tokens["scope"] == "stock:count"
    assert error_of(deployment, shop, resource=STOCK, scope="orders:write") == "invalid_scope"


def test_scope_at_two_apis_wants_a_resource(
    deployment: Deployment, shop: RelyingParty, orders: Api
) -> None:
    register(deployment, ApiFields(resource=STOCK, scopes=(READ,)), "stock")

    tokens = tokens_of(deployment, shop, resource=STOCK, scope="orders:read")

    assert claims_of(shop, tokens["access_token"])["aud"] == STOCK
    assert error_of(deployment, shop, scope="orders:read") == "invalid_target"


def test_api_says_the_form_and_the_life_of_its_tokens(
    deployment: Deployment, shop: RelyingParty, stock: Api
) -> None:
    tokens = tokens_of(deployment, shop, resource=STOCK, scope="stock:count")

    assert tokens["access_token"].startswith("qat_")
    assert tokens["expires_in"] == 60


def test_person_reads_the_api_and_its_scopes_in_their_language(
    deployment: Deployment, shop: RelyingParty, orders: Api
) -> None:
    browser = deployment.browser()
    asked = browser.sign_in(shop.start(resource=ORDERS, scope="openid orders:write").url, "li-lei")

    english = browser.get(asked.location).text
    chinese = browser.http.get(asked.location, headers={"Accept-Language": "zh-CN"}).text

    assert ORDERS in english
    assert "place orders for you" in english
    assert "read your orders" not in english
    assert "替你下单" in chinese
    assert "订单" in chinese


def test_consent_for_a_scope_at_one_api_is_none_at_another(
    deployment: Deployment, shop: RelyingParty, orders: Api
) -> None:
    register(deployment, ApiFields(resource=STOCK, scopes=(READ, COUNT)), "stock")
    browser = deployment.browser()
    first = shop.start(resource=ORDERS, scope="orders:read")
    browser.consent(browser.sign_in(first.url, "li-lei").location)
    second = browser.get(shop.start(resource=STOCK, scope="stock:count").url).location
    browser.consent(second)

    again = browser.get(shop.start(resource=ORDERS, scope="orders:read").url).location
    moved = browser.get(shop.start(resource=STOCK, scope="orders:read").url).location

    assert second.startswith("/consent/")
    assert again.startswith(shop.redirect_uri)
    assert moved.startswith("/consent/")


def test_2_2_token_for_one_of_two_apis_has_the_scopes_of_that_one(
    deployment: Deployment, shop: RelyingParty, orders: Api, stock: Api
) -> None:
    tokens = tokens_of(deployment, shop, scope="openid orders:read stock:count")

    narrowed = shop.refresh(tokens["refresh_token"], resource=ORDERS).get_json()
    foreign = shop.refresh(narrowed["refresh_token"], resource="https://api.example/stock")

    assert narrowed["scope"] == "openid orders:read"
    assert claims_of(shop, narrowed["access_token"])["aud"] == ORDERS
    assert foreign.get_json()["error"] == "invalid_target"


def test_refresh_gives_nothing_for_an_api_that_was_removed(
    deployment: Deployment, shop: RelyingParty, orders: Api, stock: Api
) -> None:
    both = tokens_of(deployment, shop, scope="openid orders:read stock:count")
    alone = tokens_of(deployment, shop, scope="orders:read")
    remove(deployment, orders)

    left = shop.refresh(both["refresh_token"]).get_json()
    none = shop.refresh(alone["refresh_token"])

    assert left["scope"] == "openid stock:count"
    assert none.get_json()["error"] == "invalid_target"


def test_introspection_is_for_whom_the_api_names(
    deployment: Deployment, shop: RelyingParty, orders: Api, stock: Api
) -> None:
    machine = {"grant_types": ("client_credentials",), "response_types": (), "redirect_uris": ()}
    ours, theirs = (deployment.application(name, **machine) for name in ("ours", "theirs"))
    change(deployment, orders, introspected_by=("ours",))
    deployment.clock.now += 6
    tokens = tokens_of(deployment, shop, scope="orders:read")
    of_stock = tokens_of(deployment, shop, scope="stock:count")

    def is_active(who: RelyingParty, token: str) -> Any:
        return who.post("/introspect", {"token": token}).get_json()["active"]

    assert is_active(ours, tokens["access_token"])
    assert not is_active(theirs, tokens["access_token"])
    assert not is_active(ours, of_stock["access_token"])
    assert not is_active(ours, tokens["refresh_token"])


def test_program_gets_tokens_for_apis_whose_scopes_it_registered(
    deployment: Deployment, orders: Api, stock: Api
) -> None:
    program = deployment.application(
        "program",
        grant_types=("client_credentials",),
        response_types=(),
        redirect_uris=(),
        scope="orders:read admin:read",
    )

    def token(**asked: str) -> Any:
        return program.token({"grant_type": "client_credentials", **asked}).get_json()

    by_scope = token(scope="orders:read")
    by_resource = token(resource=ORDERS)

    assert claims_of(program, by_scope["access_token"])["aud"] == ORDERS
    assert claims_of(program, by_resource["access_token"])["scope"] == "orders:read"
    assert claims_of(program, token()["access_token"])["aud"] == [ORDERS, ISSUER]
    assert token(scope="admin:read")["access_token"].startswith("qat_")
    assert token(resource=STOCK)["error"] == "invalid_scope"
    assert token(resource=ORDERS, scope="stock:count")["error"] == "invalid_scope"


def test_other_node_learns_of_a_change_within_seconds(
    deployment: Deployment, shop: RelyingParty, orders: Api
) -> None:
    node = deployment.another_node()
    there = RelyingParty(node.test_client(use_cookies=False), "shop", shop.secret)
    started = there.start(resource=ORDERS, scope="orders:write")
    before = there.http.get(started.url).location

    change(deployment, orders, scopes=(READ,))
    deployment.clock.now += 6
    after = there.http.get(started.url).location

    assert before.startswith("/sign-in/")
    assert "error=invalid_scope" in after


def test_request_of_a_person_costs_no_statement_more(
    deployment: Deployment, shop: RelyingParty, orders: Api
) -> None:
    browser = deployment.browser()
    browser.consent(browser.sign_in(shop.start().url, "li-lei").location)

    def statements(**asked: str) -> int:
        browser.get(shop.start(**asked).url)
        with deployment.statements() as seen:
            browser.get(shop.start(**asked).url)
        return len(seen)

    plain = statements()
    browser.consent(browser.get(shop.start(resource=ORDERS, scope="orders:read").url).location)

    assert statements(resource=ORDERS, scope="orders:read") == plain
