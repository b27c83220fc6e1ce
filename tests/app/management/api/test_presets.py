"""Presets by the API, and clients compared with them and with what they last did."""

from tests.app.management.api.program import Program
from tests.flows.story import signed_in


def test_presets_are_found_and_filled_in(program: Program) -> None:
    issuer = program.deployment.provider.settings.issuer
    found = program.get("/presets?search=grafana&limit=200")["items"]
    django = program.get("/presets?search=django&category=framework")["items"]
    one = program.get("/presets/forgejo")
    filled = program.get("/presets/gitea?client_id=ops")

    assert [each["id"] for each in found] == ["grafana"]
    assert {"django-allauth", "mozilla-django-oidc"} <= {each["id"] for each in django}
    assert (one["id"], one["run"], one["registers"]) == ("gitea", None, True)
    assert one["metadata"]["claims_in_id_token"] is True
    assert issuer in one["paste"][0]["text"]
    assert "--key=ops" in filled["paste"][0]["text"]
    assert program.send("GET", "/presets/nothing").status_code == 404
    assert program.problems(program.send("GET", "/presets/gitea?client_id=x")) == {"client_id"}


def test_client_is_compared_with_a_preset_and_its_requests(program: Program) -> None:
    story = signed_in(program.deployment)
    client_id = story.shop.client_id
    before = program.get(f"/clients/{client_id}/check")
    story.tokens()
    program.deployment.clock.advance(5)
    story.browser.get(story.shop.start(redirect_uri="https://shop.example/elsewhere").url)

    done = program.get(f"/clients/{client_id}/check?preset=chainlit")

    assert (before["preset"], before["ok"], before["signed_in_at"]) == (None, True, None)
    assert (done["preset"], done["ok"]) == ("chainlit", False)
    assert done["signed_in_at"] is not None
    about = {each["about"]: each for each in done["findings"]}
    assert about.keys() >= {"redirect_uris", "require_nonce_or_pkce", "requests"}
    assert "Chainlit" in about["redirect_uris"]["seen"]
    wanted = about["redirect_uris"]["change"]["redirect_uris"]
    assert wanted[-1].endswith("/auth/oauth/generic/callback")
    assert about["requests"]["detail"] == "https://shop.example/elsewhere"
    assert program.problems(program.send("GET", f"/clients/{client_id}/check?preset=x")) == {
        "preset"
    }

    changes = [each["change"] for each in done["findings"] if each["change"]]
    for change in [*changes, {"require_registered_auth_method": False}]:
        answer = program.send("PATCH", f"/clients/{client_id}", change, If_Match="*")
        assert answer.status_code == 200, answer.text
    program.deployment.clock.advance(5)
    story.next_code().tokens()
    mended = program.get(f"/clients/{client_id}/check?preset=chainlit")
    assert mended["ok"]
    assert {each["level"] for each in mended["findings"]} <= {"past", "care"}
