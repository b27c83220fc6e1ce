"""``apps`` and ``connections``: credentials are kept and sign-in methods offered."""

import json
from dataclasses import replace

from sqlalchemy.orm import Session

from app.enablement import sources
from app.sessions import browser
from app.settings import Settings
from federation import ConnectionFields, CredentialFields
from oidc.tokens import grants
from oidc.tokens.grants import Grant
from tests.app.management.cli.conftest import Hire, Operator
from tests.sandbox_server import MINI_PROGRAM, MOBILE, LiveSandbox

ADD = ("connections", "add")
MINI = ("--mode", "wechat-miniprogram", "--name", "Sign in with WeChat")


def test_credential_is_stored_with_the_secret_typed(operator: Operator, session: Session) -> None:
    operator.run(
        *("wechat-apps", "add", MOBILE.appid, "--kind", "mobile", "--open-platform", "main"),
        typed="0123456789abcdef0123456789abcdef\n",
    )

    app = operator.federation.credentials.of("wechat").get(session, MOBILE.appid)
    assert app is not None
    assert app["secret"] == "0123456789abcdef0123456789abcdef"
    assert app["open_platform"] == "main"


def test_every_problem_of_a_credential_is_told(operator: Operator) -> None:
    said = operator.refused(
        *(
            "wechat-apps",
            "add",
            "gh_0123456789ab",
            "--kind",
            "mobile",
            "--default",
            "--secret",
            "x y",
        )
    )

    assert "APP_ID: This is an original ID" in said
    assert "--secret: An AppSecret has" in said
    assert "--default: Only a mini program" in said


def test_connection_uses_the_default_mini_program(
    operator: Operator, session: Session, mini_program: str
) -> None:
    said = operator.run(*ADD, "wechat", *MINI, "--name-zh", "微信登录", "--phone", "required")

    connection = operator.federation.connections.get(session, "wechat")
    assert connection is not None
    assert connection.credential.id == MINI_PROGRAM.appid
    assert connection.display_name == {"en": "Sign in with WeChat", "zh": "微信登录"}
    assert connection.phone == "required"
    assert "No application can use it yet" in said


def test_every_problem_of_a_connection_is_told(operator: Operator) -> None:
    said = operator.refused(*ADD, "We Chat", "--mode", "wechat-mobile", "--phone", "required")

    for field in ("--id", "--name", "--phone", "--app"):
        assert field in said


def test_unknown_mode_is_answered_with_those_that_there_are(operator: Operator) -> None:
    said = operator.refused(*ADD, "wechat", "--mode", "password", "--name", "Sign in")

    assert "There is no mode password; there are: wechat-miniprogram, " in said


def test_application_may_have_tokens_of_a_connection_that_keeps_them(
    operator: Operator, session: Session
) -> None:
    operator.run("clients", "add", "--client-id", "shop", "--redirect-uri", "https://a.example/")
    store = operator.federation.credentials.of("google")
    store.create(session, CredentialFields("g-1", "app", {"client_secret": "a secret"}))
    fields = ConnectionFields("google", "google-web", {"en": "Google"}, "g-1")
    made = operator.federation.connections.create(session, fields)
    session.commit()
    enable = ("connections", "enable", "google", "--client", "shop")

    assert "keeps no tokens" in operator.refused(*enable, "--tokens")
    assert "--client" in operator.refused("connections", "enable", "google", "--tokens")
    wanted = replace(fields, options={"keep_tokens": "yes"})
    operator.federation.connections.update(session, "google", wanted, made.version)
    session.commit()
    operator.run(*enable, "--tokens")

    may = sources.get(session, "shop", "google")
    assert (may.enabled, may.source_tokens) == (True, True)
    session.rollback()
    operator.run("connections", "disable", "google", "--client", "shop")
    operator.run(*enable, "--no-tokens")
    assert not sources.get(session, "shop", "google").source_tokens


def test_connection_is_enabled_and_disabled_for_one_application(
    operator: Operator, session: Session, mini_program: str
) -> None:
    operator.run("clients", "add", "--client-id", "shop", "--redirect-uri", "https://a.example/")
    operator.run(*ADD, "wechat", *MINI)

    operator.run("connections", "enable", "wechat", "--client", "shop")

    assert sources.get(session, "shop", "wechat").enabled
    session.rollback()
    operator.run("connections", "disable", "wechat", "--client", "shop")
    assert not sources.get(session, "shop", "wechat").enabled


def test_connection_itself_is_switched_off_and_keeps_its_fields(
    operator: Operator, session: Session, mini_program: str
) -> None:
    operator.run(*ADD, "wechat", *MINI, "--login-only", "--position", "3")

    operator.run("connections", "disable", "wechat")

    connection = operator.federation.connections.get(session, "wechat")
    assert connection is not None
    assert not connection.enabled
    assert connection.login_only
    assert connection.position == 3
    assert connection.uses_default


def test_unknown_names_are_refused(operator: Operator, mini_program: str) -> None:
    operator.run(*ADD, "wechat", *MINI)

    assert "no connection nil" in operator.refused("connections", "enable", "nil")
    unknown = operator.refused(
        "connections", "enable", "wechat", "--client", "one", "--client", "two"
    )
    assert "no client one" in unknown
    assert "no client two" in unknown


def test_connections_are_listed_with_their_applications(
    operator: Operator, mini_program: str
) -> None:
    operator.run("clients", "add", "--client-id", "shop", "--redirect-uri", "https://a.example/")
    operator.run(*ADD, "wechat", *MINI, "--client", "shop")

    said = operator.run("connections", "list")

    assert "Sign in with WeChat" in said
    assert "shop" in said
    [document] = operator.read("connections", "list")
    assert document["clients"] == ["shop"]
    assert document["uses_default_app"] is True


def test_change_keeps_what_is_not_given(
    operator: Operator, session: Session, mini_program: str
) -> None:
    operator.run(*ADD, "wechat", *MINI, "--name-zh", "微信登录", "--login-only")

    operator.run("connections", "change", "wechat", "--name", "WeChat", "--phone", "optional")

    connection = operator.federation.connections.get(session, "wechat")
    assert connection is not None
    assert connection.display_name == {"en": "WeChat", "zh": "微信登录"}
    assert connection.phone == "optional"
    assert connection.login_only


def test_change_without_anything_to_change_is_refused(
    operator: Operator, mini_program: str
) -> None:
    operator.run(*ADD, "wechat", *MINI)

    assert "Say what to change" in operator.refused("connections", "change", "wechat")


def test_deleted_connection_takes_its_sessions_and_grants_along(
    operator: Operator, session: Session, mini_program: str
) -> None:
    operator.run("clients", "add", "--client-id", "shop", "--redirect-uri", "https://a.example/")
    operator.run(*ADD, "wechat", *MINI, "--client", "shop")
    now = operator.clock()
    browser.begin(session, operator.clock, "somebody", amr=("wechat",), connection_id="wechat")
    life = {"created_at": now, "expires_at": now + 60, "connection": "wechat"}
    grants.save(session, Grant("a grant", "code", "shop", "somebody", "openid", **life))
    session.commit()

    said = operator.run("connections", "delete", "wechat", "--yes")

    assert "1 sessions ended, 1 grants were revoked" in said
    assert operator.federation.connections.get(session, "wechat") is None
    assert sources.of_connection(session, "wechat") == []


def test_credentials_are_listed_without_secrets(operator: Operator, mini_program: str) -> None:
    said = operator.run("wechat-apps", "list") + operator.run("wechat-apps", "list", "--json")
    assert operator.run("apps", "list") == operator.run("wechat-apps", "list")  # as 0.1.0 had it

    assert MINI_PROGRAM.appid in said
    assert MINI_PROGRAM.secret not in said


NEW_SECRET = "fedcba9876543210" * 2


def test_secret_is_replaced(operator: Operator, session: Session, mini_program: str) -> None:
    operator.run("wechat-apps", "replace-secret", mini_program, typed=f"{NEW_SECRET}\n")

    app = operator.federation.credentials.of("wechat").get(session, mini_program)
    assert app is not None
    assert app["secret"] == NEW_SECRET
    assert app.is_default


def test_empty_secret_is_refused(operator: Operator, mini_program: str) -> None:
    said = operator.refused("wechat-apps", "replace-secret", mini_program, typed="\n")

    assert "Enter the AppSecret" in said


def test_credential_is_changed_and_keeps_its_secret(
    operator: Operator, session: Session, mini_program: str
) -> None:
    operator.run("wechat-apps", "change", mini_program, "--open-platform", "main", "--not-default")

    app = operator.federation.credentials.of("wechat").get(session, mini_program)
    assert app is not None
    assert app["secret"] == MINI_PROGRAM.secret
    assert app["open_platform"] == "main"
    assert not app.is_default


def test_credential_in_use_is_not_deleted(operator: Operator, mini_program: str) -> None:
    operator.run(*ADD, "wechat", *MINI, "--app", mini_program)

    said = operator.refused("wechat-apps", "delete", mini_program)

    assert "Connections use it; change or delete them first." in said
    assert "In the way: wechat." in said
    operator.run("connections", "delete", "wechat", "--yes")
    assert "Deleted" in operator.run("wechat-apps", "delete", mini_program)


def test_check_asks_wechat(
    hire: Hire, settings: Settings, session: Session, wechat: LiveSandbox
) -> None:
    operator = hire(at_sandbox(settings, wechat))
    add_sandbox_app(operator, MINI_PROGRAM.secret)

    said = operator.run("wechat-apps", "check")
    read = operator.read("wechat-apps", "check")

    assert "WeChat takes the AppID and the AppSecret" in said
    assert read == [{"id": MINI_PROGRAM.appid, "taken": True, "problem": None}]


def test_check_explains_a_wrong_secret_and_remembers_it(
    hire: Hire, settings: Settings, session: Session, wechat: LiveSandbox
) -> None:
    operator = hire(at_sandbox(settings, wechat))
    add_sandbox_app(operator, "0" * 32)

    said = operator.refused("wechat-apps", "check", MINI_PROGRAM.appid)

    assert "does not know this AppSecret" in said
    assert "does not know this AppSecret" in operator.run("wechat-apps", "list")
    operator.run(
        "wechat-apps", "replace-secret", MINI_PROGRAM.appid, typed=f"{MINI_PROGRAM.secret}\n"
    )
    operator.run("wechat-apps", "check")
    assert operator.federation.credentials.of("wechat").faults(session) == []


def test_check_of_a_wechat_that_is_away_says_so(hire: Hire, settings: Settings) -> None:
    nowhere = {"wechat_api_base": "http://127.0.0.1:9", "wechat_sandbox": True}
    operator = hire(replace(settings, **nowhere))  # type: ignore[arg-type]
    add_sandbox_app(operator, MINI_PROGRAM.secret)

    assert "could not be asked" in operator.refused("wechat-apps", "check")
    read = operator.try_to("wechat-apps", "check", "--json")
    [told] = json.loads(read.stdout)
    assert (read.exit_code, told["taken"]) == (1, False)
    assert "could not be asked" in told["problem"]


def at_sandbox(settings: Settings, wechat: LiveSandbox) -> Settings:
    return replace(
        settings, wechat_api_base=wechat.url, wechat_open_base=wechat.url, wechat_sandbox=True
    )


def add_sandbox_app(operator: Operator, secret: str) -> None:
    operator.run(
        *("wechat-apps", "add", MINI_PROGRAM.appid, "--kind", "miniprogram", "--default"),
        typed=f"{secret}\n",
    )
