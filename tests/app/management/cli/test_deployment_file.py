"""``apply`` and ``export``: a deployment from a file, all of it or nothing."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from joserfc.jwk import ECKey, RSAKey
from jsonschema import Draft202012Validator
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.administrators import admins
from app.branding import store
from app.enablement import sources
from app.groups import access
from app.management.services.deployment_file.schema import schema
from app.tables.people import AUDIT_EVENT
from federation import Sources
from federation.catalog import SOURCES
from tests.app.management.cli.conftest import Operator
from tests.databases import Database
from tests.source import ROOT

pytestmark = pytest.mark.slow

FILE = """\
credentials:
  - source: wechat
    app_id: wx0123456789abcdef
    kind: miniprogram
    is_default: true
    original_id: gh_0123456789ab
    secret: {file: appsecret.txt}
connections:
  - id: wechat
    mode: wechat-miniprogram
    display_name: {en: Sign in with WeChat, zh: 微信登录}
    phone: optional
applications:
  - client_id: shop
    client_secret: {env: SHOP}
    metadata:
      redirect_uris: [https://shop.example/callback]
    connections: [wechat]
    branding: {accent: "#336699"}
  - client_id: grafana
    preset: grafana
    url: https://grafana.example.com
    client_secret: {env: GRAFANA}
administrators:
  - username: han
    role: owner
    password: {env: HAN}
webhooks:
  - id: ops
    url: https://chat.example/hooks/qiao
    events: [credential.refused, conflict.opened]
    secret: {env: HOOK}
"""
HOOK = "whsec_b29vb29vb29vb29vb29vb29vb29vb29vb29vb29vb28="
RSA = RSAKey.generate_key(2048)
NAMES = {
    "wechat": "wx0000000000000001",
    "alipay": "2021000000000001",
    "wechat secret": "0123456789abcdef0123456789abcdef",
}
"""Of credentials, where a source says how they look."""
ADDED = [
    "add credential wx0123456789abcdef",
    "add connection wechat",
    "add application shop",
    "add application grafana",
    "add administrator han",
    "add webhook ops",
]


@pytest.fixture
def database(sqlite: Database) -> Database:
    """What is in the file does not differ between databases."""
    return sqlite


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "appsecret.txt").write_text("0123456789abcdef0123456789abcdef\n")
    for name in ("SHOP", "GRAFANA"):
        monkeypatch.setenv(name, f"a secret of {name} that is long enough")
    monkeypatch.setenv("HAN", "correct horse battery staple")
    monkeypatch.setenv("HOOK", HOOK)
    written = tmp_path / "deployment.yaml"
    written.write_text(FILE, encoding="utf-8")
    return written


def events(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(AUDIT_EVENT)) or 0


def test_file_is_applied_once_and_what_differs_afterwards_alone(
    operator: Operator, session: Session, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    would = operator.run("apply", str(file), "--dry-run").splitlines()
    before = events(session)
    did = operator.run("apply", str(file)).splitlines()
    after = events(session)
    again = operator.run("apply", str(file))
    monkeypatch.setenv("HOOK", HOOK.replace("b29v", "b28v", 1))
    rotated = operator.run("apply", str(file)).splitlines()
    monkeypatch.setenv("HOOK", HOOK)
    operator.run("apply", str(file))
    shops = "connections: [wechat]"
    changes = FILE.replace("phone: optional", "phone: required")
    changes = changes.replace(shops, f"{shops}\n    source_tokens: [wechat]")
    file.write_text(changes, encoding="utf-8")
    changed = operator.read("apply", str(file))

    assert would == [f"would {line}" for line in ADDED]
    assert before == 0
    assert did == ADDED
    assert again == "Everything is so already.\n"
    assert after == events(session) - 4
    assert rotated == ["change webhook ops (secret)"]
    assert changed["changes"] == [
        {"verb": "change", "kind": "connection", "id": "wechat", "members": ["phone"]},
        {
            "verb": "change",
            "kind": "application",
            "id": "shop",
            "members": ["tokens of wechat"],
        },
    ]
    assert "source_tokens:\n  - wechat" in operator.run("export")
    kept = operator.federation.credentials.of("wechat").get(session, "wx0123456789abcdef")
    assert kept is not None
    assert kept["secret"] == "0123456789abcdef0123456789abcdef"
    shop = operator.provider.clients.stored(session, "shop")
    assert shop is not None
    assert shop.check_client_secret("a secret of SHOP that is long enough")
    use = sources.get(session, "shop", "wechat")
    assert (use.enabled, use.source_tokens) == (True, True)
    assert store.of_client(session, "shop").accent == "#336699"
    grafana = operator.provider.clients.stored(session, "grafana")
    assert grafana is not None
    assert grafana.metadata.redirect_uris == ("https://grafana.example.com/login/generic_oauth",)
    assert [one.username for one in admins.everybody(session)] == ["han"]


def test_export_is_a_file_that_changes_nothing_and_tells_no_secret(
    operator: Operator, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator.run("apply", str(file))

    told = operator.run("export")

    # On the server that has the secrets, nothing need be set.
    exported = file.with_name("exported.yaml")
    exported.write_text(told, encoding="utf-8")
    again = operator.run("apply", str(exported), "--prune", "--json")
    variables = set(re.findall(r"env: (\w+)", told)) - {"HAN_PASSWORD"}
    assert json.loads(again)["changes"] == []
    assert set(json.loads(again)["kept"]) == variables
    secret = "0123456789abcdef0123456789abcdef"
    monkeypatch.setenv("WECHAT_WX0123456789ABCDEF_SECRET", secret)
    for name in ("SHOP", "GRAFANA"):
        monkeypatch.setenv(f"CLIENT_{name}_SECRET", f"a secret of {name} that is long enough")
        assert f"a secret of {name}" not in told
    monkeypatch.setenv("WEBHOOK_OPS_SECRET", HOOK)
    assert secret not in told
    assert HOOK not in told
    file.write_text(told, encoding="utf-8")
    assert operator.run("apply", str(file), "--prune") == "Everything is so already.\n"


def test_prune_deletes_what_the_sections_of_the_file_do_not_name(
    operator: Operator, session: Session, file: Path
) -> None:
    operator.run("apply", str(file))
    file.write_text("applications: []\nconnections: []\nadministrators: []\nwebhooks: []\n")

    assert operator.run("apply", str(file)) == "Everything is so already.\n"
    pruned = operator.run("apply", str(file), "--prune").splitlines()

    assert pruned == [
        "delete webhook ops",
        "delete application grafana",
        "delete application shop",
        "delete connection wechat",
    ]
    assert len(admins.everybody(session)) == 1
    assert operator.federation.credentials.of("wechat").all(session)


@pytest.mark.parametrize(
    ("written", "instead", "said"),
    [
        ("phone: optional", "phone: 5", "line 12: connections.0.phone: 5 is not one of"),
        ("phone: optional", "colour: red", "line 12: connections.0.colour: is not known here"),
        ("{env: GRAFANA}", "{env: NOT_SET}", "line 23: applications.1.client_secret: the variable"),
        ("{file: appsecret.txt}", "plain", "line 7: credentials.0.secret: 'plain' is not of type"),
        ("appsecret.txt", "none.txt", "line 7: credentials.0.secret: none.txt cannot be read"),
        (
            "client_id: grafana",
            "client_id: shop",
            "line 20: applications.1: shop stands here twice",
        ),
        (
            "    role: owner",
            "    role: owner\n    role: viewer",
            "line 27: administrators.0.role: stands",
        ),
        ("[https://shop", "[ftp://shop", "line 17: applications.0.metadata.redirect_uris: "),
        (
            "connections: [wechat]",
            "connections: [x]",
            "line 18: applications.0.connections: There is no",
        ),
        ("role: owner", "role: {owner", "this cannot be read as YAML: expected"),
        ("{env: HAN}", "*anchor", "line 27: write it out: aliases are not read"),
        (
            "    client_secret: {env: SHOP}\n",
            "",
            "line 14: applications.0.client_secret: Say where",
        ),
        ("{env: HOOK}", "{env: SHOP}", "line 32: webhooks.0.secret: Write whsec_"),
        ("https://chat", "http://chat", "line 30: webhooks.0.url: Write an https"),
    ],
)
def test_whatever_is_wrong_is_one_line_with_its_place_and_nothing_is_done(
    operator: Operator, session: Session, file: Path, written: str, instead: str, said: str
) -> None:
    assert FILE.count(written) >= 1
    file.write_text(FILE.replace(written, instead, 1), encoding="utf-8")

    lines = operator.refused("apply", str(file)).splitlines()

    assert len(lines) == 1, lines
    assert lines[0].startswith(f"{file}: ")
    assert said in lines[0]
    assert events(session) == 0


def test_schema_is_published_and_holds_the_file(operator: Operator) -> None:
    # Written by: qiao apply --schema > deploy/deployment.schema.json
    published = json.loads((ROOT / "deploy/deployment.schema.json").read_text())

    assert published == schema(Sources(SOURCES))
    assert json.loads(operator.run("apply", "--schema")) == published
    Draft202012Validator.check_schema(published)
    assert [*Draft202012Validator(published).iter_errors(yaml.safe_load(FILE))] == []


def test_groups_and_who_may_come_in_are_made_so_exported_and_pruned(
    operator: Operator, session: Session, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator.run("apply", str(file))
    assert access.of_client(session, "grafana").seen == "all"  # the program maps groups
    monkeypatch.setenv("CLIENT_GRAFANA_SECRET", "a secret of GRAFANA that is long enough")
    groups = """\
groups:
  - name: staff
    rules: {connection: [wechat], email_domain: ["@Example.com"]}
  - name: guests
applications:
  - client_id: grafana
    preset: grafana
    url: https://grafana.example.com
    access: {mode: groups, groups: {staff: {enters: true, roles: [Editor]}}}
"""
    file.write_text(groups, encoding="utf-8")

    did = operator.run("apply", str(file)).splitlines()
    session.rollback()

    assert did[:2] == ["add group staff", "add group guests"]
    assert "access" in did[2]
    limited = access.of_client(session, "grafana")
    assert (limited.mode, limited.seen) == ("groups", "none")
    assert [(one.enters, one.roles) for one in limited.groups.values()] == [(True, ("Editor",))]
    assert operator.run("apply", str(file)) == "Everything is so already.\n"
    told = yaml.safe_load(operator.run("export"))
    assert told["groups"][1]["rules"] == {"connection": ["wechat"], "email_domain": ["example.com"]}
    exported = {one["client_id"]: one for one in told["applications"]}
    assert "access" not in exported["shop"]
    assert exported["grafana"]["access"]["groups"] == {
        "staff": {"enters": True, "seen": False, "roles": ["Editor"]}
    }
    file.write_text(groups.replace("staff: {e", "none: {e"), encoding="utf-8")
    assert "There is no group none" in operator.refused("apply", str(file))
    file.write_text("groups:\n  - name: staff\n", encoding="utf-8")
    assert operator.run("apply", str(file), "--prune") == "delete group guests\n"


def of_every_source(set_secret: Callable[[str, str], object]) -> dict[str, list[dict[str, object]]]:
    """A credential of every source, and a connection by it."""
    plain = {
        **{"issuer": "https://id.example", "tenant": "00000000-0000-4000-8000-000000000001"},
        **{"authorization_endpoint": "https://id.example/a", "claim_id": "/id"},
        **{"token_endpoint": "https://id.example/t", "userinfo_endpoint": "https://id.example/u"},
        **{"client_id": "qiao", "agent_id": "1000002", "region": "feishu.cn"},
        **{"team_id": "TEAM000001", "key_id": "KEY0000001"},
        "public_key": RSA.as_pem(private=False).decode(),
    }
    keys = {"apple": ECKey.generate_key("P-256"), "alipay": RSA}
    credentials: list[dict[str, object]] = []
    for source in SOURCES:
        form, name = source.credentials, NAMES.get(source.id, f"known-{source.id}")
        secret = NAMES.get("wechat secret", "") if source.id == "wechat" else "a secret of ours"
        wanted = [one for one in form.fields if one.required or one.name == "client_secret"]
        values: dict[str, object] = {one.name: plain.get(one.name, "") for one in wanted}
        for one in (each for each in wanted if each.secret):
            own = keys[source.id].as_pem(private=True).decode() if source.id in keys else secret
            variable = re.sub("[^A-Z0-9]+", "_", f"{source.id} {name} {one.name}".upper())
            set_secret(variable, own)
            values[one.name] = {"env": variable}
        kind = {"kind": form.kinds[0].id} if len(form.kinds) > 1 else {}
        credentials.append({"source": source.id, form.id.name: name, **kind, **values})
    connections: list[dict[str, object]] = [
        {
            "id": source.id,
            "mode": source.modes[0].id,
            "app_id": NAMES.get(source.id, f"known-{source.id}"),
            "display_name": {"en": source.id, "zh": source.id},
        }
        for source in SOURCES
    ]
    return {"credentials": credentials, "connections": connections}


def test_every_source_comes_back_from_what_was_exported(
    operator: Operator, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text(yaml.safe_dump(of_every_source(monkeypatch.setenv)), encoding="utf-8")
    assert len(operator.run("apply", str(file)).splitlines()) == 2 * len(SOURCES)
    told = operator.run("export")

    file.write_text(told, encoding="utf-8")
    again = operator.run("apply", str(file), "--prune")
    with monkeypatch.context() as unset:
        for name in re.findall(r"env: (\w+)", told):
            unset.delenv(name)
        kept = operator.read("apply", str(file), "--prune")
    file.write_text("credentials: []\nconnections: []\n", encoding="utf-8")
    operator.run("apply", str(file), "--prune")
    file.write_text(told, encoding="utf-8")
    operator.run("apply", str(file))

    assert again == "Everything is so already.\n"
    assert kept["changes"] == []
    assert operator.run("export") == told
    assert "a secret of ours" not in told
    assert "BEGIN PRIVATE" not in told
