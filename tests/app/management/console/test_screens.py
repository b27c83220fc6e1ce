"""The screens: what they save, what they refuse with the input kept, and what they show."""

import json
import re

import pytest
from sqlalchemy import select, update

from app.accounts.identification import contradictions
from app.database import db
from app.enablement import sources
from app.tables.people import AUDIT_EVENT
from oidc.database.models import ClientRow
from tests.app.accounts.statements import recorded
from tests.app.management.console.console import Console, make_admin
from tests.app.site import Site
from tests.sandbox_server import MINI_PROGRAM, MOBILE

pytestmark = pytest.mark.slow

HOSTILE = "<script>alert(1)</script>\"'\u202eevil 😀"


def changes(kind: str) -> dict[str, object]:
    query = select(AUDIT_EVENT).where(AUDIT_EVENT.c.kind == kind).order_by(AUDIT_EVENT.c.id.desc())
    event = db.session.execute(query).first()
    assert event, kind
    assert event.actor.startswith("admin:")
    return dict(json.loads(event.detail))


def new_app(console: Console, **typed: str) -> object:
    fields = {"app_id": MOBILE.appid, "kind": "mobile", "secret": MOBILE.secret, **typed}
    return console.post("/admin/wechat-apps/new", fields)


def test_wrong_credential_is_told_beside_each_field_with_the_input_kept(console: Console) -> None:
    page = new_app(console, app_id="gh_0123456789ab", original_id="wx01", name=HOSTILE)

    assert page.status_code == 422  # type: ignore[attr-defined]
    text = page.text  # type: ignore[attr-defined]
    assert 'id="problem-app_id-1">This is an original ID' in text
    assert 'id="problem-original_id-1"' in text
    assert 'value="gh_0123456789ab"' in text
    assert "<script>alert" not in text


def test_appsecret_is_never_shown_again(console: Console) -> None:
    new_app(console)

    page = console.get(f"/admin/wechat-apps/{MOBILE.appid}").text
    log = console.get("/admin/log").text

    assert f"ends in {MOBILE.secret[-4:]}" in page
    assert 'Since <time datetime="2027-01-15T08:00:00Z"' in page
    assert MOBILE.secret not in page + log


@pytest.mark.parametrize(
    "pasted",
    [MINI_PROGRAM.secret[:-1], MINI_PROGRAM.secret + "0", "-" * 32, MINI_PROGRAM.secret[:8]],
    ids=["one too few", "one too many", "other signs", "a part"],
)
def test_secret_that_was_pasted_in_part_replaces_no_working_one(
    site: Site, console: Console, pasted: str
) -> None:
    path = f"/admin/wechat-apps/{MINI_PROGRAM.appid}"

    page = console.fill(console.get(path), f"{path}/secret", {"secret": pasted})

    kept = site.federation.credentials.of("wechat").get(db.session(), MINI_PROGRAM.appid)
    assert page.status_code == 422
    assert "An AppSecret has 32 letters and digits and no spaces." in page.text
    assert kept is not None
    assert kept["secret"] == MINI_PROGRAM.secret


def test_secret_is_checked_at_wechat_and_the_answer_explained(site: Site, console: Console) -> None:
    path = f"/admin/wechat-apps/{MINI_PROGRAM.appid}"
    console.post(f"{path}/check-secret")
    right = console.get(path).text
    site.wechat.answers(40164)
    console.post(f"{path}/check-secret")
    wrong = console.get(path).text

    assert "WeChat takes the credential" in right
    assert "not in the IP whitelist" in wrong
    assert "refused by WeChat" in console.get("/admin/wechat-apps").text


def test_push_token_is_there_to_copy_but_not_for_viewers(site: Site, console: Console) -> None:
    site.connection(site.client())
    path, token = f"/admin/wechat-apps/{MINI_PROGRAM.appid}", "pushtoken42"
    console.fill(console.get(path), path, {"push_token": token, "push_key": "k" * 43})
    make_admin(site, "eve", "viewer")
    viewer = Console(site.app.test_client())
    viewer.sign_in("eve")

    assert f'value="{token}"' in console.get("/admin/connections/wechat").text
    assert token not in viewer.get("/admin/connections/wechat").text
    assert token not in viewer.get(path).text
    assert token not in console.get("/admin/log").text


def test_security_profile_can_be_put_together_by_hand(site: Site, console: Console) -> None:
    site.client()
    path = "/admin/applications/client-shop"
    wanted = ("require_pushed_authorization_requests", "dpop_bound_access_tokens")

    saved = console.fill(console.get(path), path, dict.fromkeys(wanted, "1"))

    client = site.provider.clients.stored(db.session(), "client-shop")
    assert saved.status_code == 303
    assert client is not None
    assert all(getattr(client.metadata, name) for name in wanted)
    assert changes("client.changed")["dpop_bound_access_tokens"] == [False, True]


def test_credential_in_use_says_what_depends_on_it(site: Site, console: Console) -> None:
    site.connection(site.client())
    path = f"/admin/wechat-apps/{MINI_PROGRAM.appid}"

    console.post(f"{path}/delete")

    assert "these connections use it: wechat" in console.get(path).text
    assert site.federation.credentials.of("wechat").get(db.session(), MINI_PROGRAM.appid)


def test_two_admins_see_both_values_and_neither_is_lost(site: Site, console: Console) -> None:
    site.connection(site.client())
    path = "/admin/connections/wechat"
    opened = console.get(path)
    console.fill(console.get(path), path, {"name_en": "First"})

    second = console.fill(opened, path, {"name_en": "Second"})
    knowingly = console.fill(second, path, {})

    assert second.status_code == 409
    assert "Somebody else saved this first" in second.text
    assert 'value="Second"' in second.text
    assert '<span class="pre">First</span>' in second.text
    assert knowingly.status_code == 303
    saved = site.federation.connections.get(db.session(), "wechat")
    assert saved is not None
    assert saved.display_name["en"] == "Second"


def test_connection_change_is_in_the_log_with_what_was_before(site: Site, console: Console) -> None:
    site.connection(site.client())
    path = "/admin/connections/wechat"

    console.fill(console.get(path), path, {"login_only": "1", "name_en": HOSTILE[:40]})

    assert changes("connection.changed")["login_only"] == [False, True]
    assert "<script>alert" not in console.get("/admin/log").text
    assert "<script>alert" not in console.get("/admin/connections").text


def test_connection_id_is_checked_while_it_is_typed(site: Site, console: Console) -> None:
    site.connection(site.client())

    answers = [
        json.loads(console.get(f"/admin/connections/id-check?id={wanted}").text)["ok"]
        for wanted in ("corp", "wechat", "Corp", "x" * 32)
    ]

    assert answers == [True, False, False, False]


def register(console: Console, **typed: object) -> object:
    fields = {
        "type": "web",
        "client_name": "Bookshop",
        "redirect_uris": "https://books.example/callback",
        **typed,
    }
    return console.post("/admin/applications/new", fields)


def test_secret_of_an_application_is_shown_once_and_works(site: Site, console: Console) -> None:
    page = register(console)

    [secret] = re.findall(r'value="(qcs_[^"]+)"', page.text)  # type: ignore[attr-defined]
    [client] = site.provider.clients.page(db.session())
    assert client.check_client_secret(secret)
    assert page.text.index('id="client_id"') < page.text.index('id="secret"')  # type: ignore[attr-defined]
    assert secret not in console.get(f"/admin/applications/{client.client_id}").text
    assert secret not in console.get("/admin/log").text


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"redirect_uris": "javascript:alert(1)"}, "must not use a scheme that browsers"),
        ({"redirect_uris": ""}, "must hold at least one URI"),
        ({"client_name": "x" * 10_000}, "must be a string of 1 to 200 characters"),
        ({"client_name": "a\u202eb"}, "must not hold control or text direction characters"),
        ({"type": "something"}, "Choose one of the listed values."),
    ],
)
def test_unsafe_application_is_refused_with_its_input_kept(
    site: Site, console: Console, typed: dict[str, str], told: str
) -> None:
    page = register(console, **typed)

    assert page.status_code == 422  # type: ignore[attr-defined]
    assert told in page.text  # type: ignore[attr-defined]
    assert site.provider.clients.page(db.session()) == []


def test_what_is_wrong_is_told_in_chinese_too(site: Site, console: Console) -> None:
    console.language = "zh-CN"

    page = register(console, redirect_uris="http://shop.example/cb")

    assert "重定向 URI：必须使用 https" in page.text  # type: ignore[attr-defined]


@pytest.mark.parametrize("seconds", ["0", "1000000000", "soon"])
def test_lifetime_out_of_bounds_is_told_beside_its_field(
    site: Site, console: Console, seconds: str
) -> None:
    path = f"/admin/applications/{site.client().client_id}"

    page = console.fill(console.get(path), path, {"id_token_lifetime": seconds})

    assert page.status_code == 422
    assert "ID token lifetime: must be a number of whole seconds from 1 to 2592000" in page.text
    assert 'id="problem-id_token_lifetime-1"' in page.text
    assert f'value="{seconds}"' in page.text


def test_settings_keep_members_that_the_form_does_not_show(site: Site, console: Console) -> None:
    client = site.client(contacts=("ops@shop.example",))
    path = f"/admin/applications/{client.client_id}"

    answer = console.fill(console.get(path), path, {"client_name": "New name"})

    assert answer.status_code == 303, answer.text
    saved = site.provider.clients.stored(db.session(), client.client_id)
    assert saved is not None
    assert saved.metadata.contacts == ("ops@shop.example",)
    assert saved.metadata.client_name == "New name"
    assert changes("client.changed") == {"client_name": ["Shop", "New name"]}


def test_application_saved_by_two_admins_at_once_shows_both(site: Site, console: Console) -> None:
    client = site.client()
    path = f"/admin/applications/{client.client_id}"
    opened = console.get(path)
    console.fill(console.get(path), path, {"client_name": "First"})

    second = console.fill(opened, path, {"client_name": "Second"})

    assert second.status_code == 409
    assert '<span class="pre">First</span>' in second.text
    assert 'value="Second"' in second.text


def test_application_can_be_saved_at_whatever_version_it_began(
    site: Site, console: Console
) -> None:
    client = site.client()
    path = f"/admin/applications/{client.client_id}"

    for version in (1, 2**30 - 1, 2**31 - 2):
        db.session.execute(update(ClientRow).values(version=version))
        db.session.commit()
        assert console.fill(console.get(path), path, {}).status_code == 303, version


def test_old_secret_works_on_after_a_rotation(site: Site, console: Console) -> None:
    first = re.findall(r'value="(qcs_[^"]+)"', register(console).text)[0]  # type: ignore[attr-defined]
    [client] = site.provider.clients.page(db.session())

    page = console.post(
        f"/admin/applications/{client.client_id}/rotate-secret", {"overlap": "3600"}
    )

    second = re.findall(r'value="(qcs_[^"]+)"', page.text)[0]
    kept = site.provider.clients.stored(db.session(), client.client_id)
    assert kept is not None
    assert kept.check_client_secret(first)
    assert kept.check_client_secret(second)
    site.clock.advance(3601)
    assert not kept.check_client_secret(first)


def test_switch_of_the_matrix_enables_and_disables(site: Site, console: Console) -> None:
    client = site.client()
    site.connection(client)
    switch = f"wechat {client.client_id}"

    console.post("/admin/who-uses-what", {"switch": f"off {switch}"})
    off = sources.get(db.session(), client.client_id, "wechat").enabled
    db.session.rollback()
    console.post("/admin/who-uses-what", {"switch": f"on {switch}"})

    assert not off
    assert sources.get(db.session(), client.client_id, "wechat").enabled


def test_claim_can_be_renamed_but_not_to_a_name_of_the_protocol(
    site: Site, console: Console
) -> None:
    client = site.client()
    site.connection(client)
    path = f"/admin/applications/{client.client_id}/claims"

    refused = console.fill(console.get(path), path, {"as-wechat_openid": "sub"})
    saved = console.fill(console.get(path), path, {"as-wechat_openid": "openid"})

    assert refused.status_code == 422
    assert "has a meaning of its own in tokens" in refused.text
    assert saved.status_code == 303
    policy = sources.get(db.session(), client.client_id, "wechat").policy
    assert policy.claims["wechat_openid"].as_name == "openid"


def test_accounts_are_found_merged_and_parted_again(site: Site, console: Console) -> None:
    kept = site.passwords.create(db.session(), site.clock, "lin", "correct horse battery")
    other = site.passwords.create(db.session(), site.clock, "lin2", "correct horse battery")
    db.session.commit()

    preview = console.get(f"/admin/accounts/{kept}/merge?other=lin2")
    console.post(f"/admin/accounts/{kept}/merge", {"other": other})
    merged = console.get(f"/admin/accounts/{other}").text
    page = console.get(f"/admin/accounts/{kept}")
    [ask] = re.findall(r'href="(/admin/accounts/[^"]+/undo)"', page.text)
    sure = console.get(ask)
    [undo] = re.findall(r'action="(/admin/merges/[^"]+)"', sure.text)
    console.fill(sure, undo, {})

    assert "What would happen" in preview.text
    assert f'href="/admin/accounts/{kept}"' in merged
    assert "undone" in console.get(f"/admin/accounts/{kept}").text


def test_disabled_account_says_so_and_can_be_opened(site: Site, console: Console) -> None:
    account = site.passwords.create(db.session(), site.clock, "lin", "correct horse battery")
    db.session.commit()

    console.post(f"/admin/accounts/{account}/switch")
    shut = console.get(f"/admin/accounts/{account}").text
    console.post(f"/admin/accounts/{account}/switch", {"on": "1"})

    assert "Let it sign in again" in shut
    assert "Disable the account" in console.get(f"/admin/accounts/{account}").text


def test_conflict_is_decided_once(site: Site, console: Console) -> None:
    one = site.passwords.create(db.session(), site.clock, "lin", "correct horse battery")
    two = site.passwords.create(db.session(), site.clock, "lin2", "correct horse battery")
    conflict = contradictions.note(db.session(), site.clock, "unionid_conflict", one, other=two)
    db.session.commit()
    path = f"/admin/conflicts/{conflict}"

    listed = console.get("/admin/conflicts").text
    shown = console.get(path).text
    console.post(f"{path}/decide", {"decision": "dismiss"})
    console.post(f"{path}/decide", {"decision": "dismiss"})

    assert path in listed
    assert one in listed
    assert re.findall(r'<tr class="(\w+)"><th scope="row">User name', shown) == ["differs"]
    assert path not in console.get("/admin/conflicts").text
    assert path in console.get("/admin/conflicts?state=dismissed").text


def test_refused_credential_is_told_of_the_connections_that_rest_on_it(
    site: Site, console: Console
) -> None:
    site.connection(site.client())
    session, store = db.session(), site.federation.credentials.of("wechat")
    store.note_fault(session, MINI_PROGRAM.appid, 40125)
    session.commit()

    home, listed = console.get("/admin/").text, console.get("/admin/connections").text

    assert "Their credential was refused: wechat." in home
    assert "credential refused" in listed
    assert "in use" not in listed


def test_words_lead_on_and_names_are_told_in_the_admins_language(
    site: Site, console: Console
) -> None:
    site.client(localised={"client_name#zh-CN": "商店"})

    home, form = console.get("/admin/").text, console.get("/admin/wechat-apps/new").text
    navigation = re.findall(r'<nav class="places".*?</nav>', home, re.S)[0]
    application = console.get("/admin/applications/client-shop").text
    console.language = "zh-TW"
    listed = console.get("/admin/applications").text

    assert '<a href="https://mp.weixin.qq.com/" target="_blank"' in form
    assert 'href="https://www.rfc-editor.org/rfc/rfc9700#section-2.1"' in application
    assert 'aria-current="page"' in re.findall(r'<nav class="places".*?</nav>', listed, re.S)[0]
    assert "<bdi>商店</bdi>" in listed
    assert "應用程式" in listed
    # Places stand in groups, each with its picture, and are called as elsewhere.
    places = re.findall(r"<li><a .*?</li>", navigation, re.S)
    assert len(places) > 12
    assert [place for place in places if "<svg" not in place] == []
    assert len(re.findall(r'<p class="group"', navigation)) >= 3
    quaint = r">\s*(?:Who uses what|Look|fine|broken)\s*<"
    assert re.findall(quaint, home + application) == []


def test_export_runs_nothing_in_a_spreadsheet(site: Site, console: Console) -> None:
    site.client()
    console.post("/admin/sign-in", {"_username": "=cmd|calc", "_password": "x"})
    page = console.get("/admin/log.csv?outcome=refused")

    cells = [cell for line in page.text.splitlines() for cell in line.split(",")]
    assert page.mimetype == "text/csv"
    assert len(page.text.splitlines()) == 2
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_keys_are_rotated_by_owners(site: Site, console: Console) -> None:
    console.post("/admin/keys", {"alg": "RS256"})

    states = site.provider.keys.states(db.session())

    assert [key.state for key in states] == ["next"]
    assert "signing_key.rotated" in str(db.session.scalars(select(AUDIT_EVENT.c.kind)).all())


def test_authenticator_is_asked_for_and_each_code_counts_once(site: Site, console: Console) -> None:
    import pyotp

    page = console.get("/admin/you/authenticator")
    [secret] = re.findall(r'<code dir="ltr">([A-Z2-7]{32})</code>', page.text)
    totp = pyotp.TOTP(secret)
    console.fill(page, "/admin/you/authenticator", {"code": totp.at(site.clock())})
    other = Console(site.app.test_client())

    again = other.sign_in()
    used = other.fill(again, "/admin/sign-in/code", {"_code": totp.at(site.clock())})
    site.clock.advance(60)
    right = other.fill(again, "/admin/sign-in/code", {"_code": totp.at(site.clock())})

    assert "Second step" in again.text
    assert other.client.get_cookie("qiao_admin")
    assert used.status_code == 401
    assert (right.status_code, right.headers["Location"]) == (303, "/admin/")


def test_sixth_code_begins_anew(site: Site, console: Console) -> None:
    import pyotp

    page = console.get("/admin/you/authenticator")
    [secret] = re.findall(r'<code dir="ltr">([A-Z2-7]{32})</code>', page.text)
    right = pyotp.TOTP(secret).at(site.clock())
    console.fill(page, "/admin/you/authenticator", {"code": right})
    other = Console(site.app.test_client())
    step = other.sign_in()

    answers = [other.fill(step, "/admin/sign-in/code", {"_code": "000000"}).text for _ in range(6)]

    assert "took too long" in answers[-1]
    assert "took too long" not in answers[-2]


def test_hostile_addresses_are_nothing_found(console: Console) -> None:
    for path in (
        "/admin/accounts/%00",
        "/admin/accounts/" + "x" * 3000,
        "/admin/conflicts/%F0%9F%98%80",
        "/admin/connections/%00",
        "/admin/applications/%00x",
        "/admin/wechat-apps/%27",
        "/admin/nothing",
    ):
        assert console.get(path).status_code == 404, path
    for path in (
        "/admin/accounts?after=99999999999999999999.x",
        "/admin/accounts?q=%00%F0%9F%98%80",
        "/admin/log?before=x&since=yesterday&kind=%00",
        "/admin/conflicts?after=..&state=x",
        "/admin/applications?after=%00",
    ):
        assert console.get(path).status_code == 200, path


def test_page_of_an_application_tells_why_it_was_refused(site: Site, console: Console) -> None:
    console.post(
        "/admin/applications/new",
        {"type": "web", "client_name": "Shop", "redirect_uris": "https://shop.example/cb"},
    )
    client_id = db.session.execute(select(ClientRow.client_id)).scalars().all()[-1]
    db.session.rollback()
    page = f"/admin/applications/{client_id}"
    before = console.get(page).text
    wrong = "https://shop.example/<script>"
    console.client.get("/authorize", query_string={"client_id": client_id, "redirect_uri": wrong})

    after = console.get(page).text

    assert "Last refusals" not in before
    assert "at an address that is not registered" in after
    assert "https://shop.example/&lt;script&gt;" in after


def test_webhook_and_administrator_saved_twice_at_once_show_both(
    site: Site, console: Console
) -> None:
    make_admin(site, "lin", "viewer")
    team = console.get("/admin/administrators").text
    [lin] = set(re.findall(r'href="(/admin/administrators/[\w-]+)"[^>]*>(?:(?!</a>).)*lin', team))
    sent = {"url": "https://hooks.example/", "id": "ops", "events": ["*"], "enabled": "1"}
    console.fill(console.get("/admin/notifications/new"), "/admin/notifications/new", sent)

    for path, field in ((lin, "name"), ("/admin/notifications/ops", "description")):
        opened = console.get(path)
        console.fill(console.get(path), path, {field: "First"})
        second = console.fill(opened, path, {field: "Second"})
        assert second.status_code == 409, path
        assert '<span class="pre">First</span>' in second.text
        assert 'value="Second"' in second.text


def test_home_and_connections_ask_no_source_apart_that_has_no_credential(
    site: Site, console: Console
) -> None:
    site.connection(site.client())
    addresses = ("/admin/", "/admin/connections", "/admin/credentials")
    for address in addresses:  # caches and templates
        console.get(address)

    asked = {}
    for address in addresses:
        with recorded(db.engine) as statements:
            assert console.get(address).status_code == 200
        asked[address] = len(statements)

    assert max(asked.values()) <= 20, asked
