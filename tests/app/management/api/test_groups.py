"""Groups and who may come in, by the API: versions, names that mean nobody, and decisions."""

from sqlalchemy import select

from app.database import db
from app.tables.people import ACCOUNT
from tests.app.management.api.program import Program
from tests.flows.story import signed_in


def test_groups_people_and_access_by_the_api(program: Program) -> None:
    story = signed_in(program.deployment)
    with program.deployment.app.app_context():
        sub = db.session.scalar(select(ACCOUNT.c.id))
    group = program.make("/groups", name="staff", rules={"email_domain": ["EXAMPLE.com"]})
    one = f"/groups/{group['id']}"
    assert program.problems(program.send("POST", "/groups", {"name": "staff"})) == {"name"}
    assert program.problems(program.send("POST", "/groups", {"name": "a,b"})) == {"name"}
    changed = program.send("PATCH", one, {"rules": {"phone": ["13800138000"]}}, If_Match='"1"')
    assert changed.get_json()["rules"] == {
        "connection": [],
        "phone": ["+8613800138000"],
        "email_domain": ["example.com"],
    }
    assert program.send("PATCH", one, {"name": "x"}, If_Match='"1"').status_code == 412

    added = program.make(f"{one}/members", people=[sub, "nobody"], origin="import")
    assert added == {"added": 1, "unknown": ["nobody"], "several": []}
    [member] = program.get(f"{one}/members")["items"]
    assert (member["sub"], member["origin"]) == (sub, "import")
    assert program.get(f"{one}/members?q=nobody")["items"] == []
    assert program.get(f"/accounts/{sub}/groups")["items"] == [
        {"id": group["id"], "name": "staff", "by_rule": False}
    ]

    access = f"/clients/{story.shop.client_id}/access"
    wanted = {"mode": "groups", "seen": "chosen", "groups": [{"name": "staff", "enters": True}]}
    assert program.get(access)["mode"] == "open"
    saved = program.send("PUT", access, wanted, If_Match='"0"').get_json()
    assert (saved["mode"], saved["groups"][0]["id"]) == ("groups", group["id"])
    assert program.send("PUT", access, {"mode": "open"}, If_Match='"0"').status_code == 412
    strange = {"mode": "open", "groups": [{"name": "nowhere"}]}
    assert program.problems(program.send("PUT", access, strange, If_Match="*")) == {"groups.0"}
    empty = {"mode": "groups"}
    assert program.problems(program.send("PUT", access, empty, If_Match="*")) == {"groups"}

    person = f"/clients/{story.shop.client_id}/people/{sub}"
    decided = program.send("PUT", person, {"state": "refused"}).get_json()
    assert (decided["state"], decided["decided_by"]) == ("refused", "client:ops")
    assert program.get("/access-requests")["items"] == []
    assert program.get("/access-requests?state=refused")["items"] == [decided]
    assert program.get(f"/clients/{story.shop.client_id}/people")["items"] == [decided]
    assert program.send("DELETE", person).status_code == 204
    assert program.send("DELETE", person).status_code == 404
    nobody = f"/clients/{story.shop.client_id}/people/nobody"
    assert program.send("PUT", nobody, {"state": "allowed"}).status_code == 404

    assert program.send("DELETE", f"{one}/members/{sub}").status_code == 204
    assert program.send("DELETE", f"{one}/members/{sub}").status_code == 404
    assert program.send("DELETE", one).status_code == 204
    assert program.send("GET", one).status_code == 404
    assert program.get(access)["groups"] == []
