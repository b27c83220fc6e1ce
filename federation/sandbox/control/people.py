"""``/sandbox/v1/people``: who has WeChat."""

import secrets
from dataclasses import asdict, replace

from flask import Blueprint, Response, jsonify

from ..people import BINDINGS, Person, Phone, openid_of, unionid_of
from ..state import current_world
from ..world import World
from .refusal import Fields, Refusal, unknown


def add_routes(blueprint: Blueprint) -> None:
    blueprint.get("/people")(all_people)
    blueprint.post("/people")(add_person)
    blueprint.get("/people/<person_id>")(one_person)
    blueprint.patch("/people/<person_id>")(change_person)
    blueprint.delete("/people/<person_id>")(remove_person)


def all_people() -> Response:
    world = current_world()
    with world.lock:
        return jsonify(people=[_shown(world, person) for person in world.people.values()])


def add_person() -> tuple[Response, int]:
    world, fields = current_world(), Fields.of_request()
    person_id = fields.text("id", "person-" + secrets.token_hex(4))
    with world.lock:
        if person_id in world.people:
            raise Refusal(409, "conflict", f"There is a person {person_id!r} already.")
        person = _read(fields, Person(person_id, nickname=person_id))
        world.people[person_id] = person
        return jsonify(_shown(world, person)), 201


def one_person(person_id: str) -> Response:
    world = current_world()
    with world.lock:
        return jsonify(_shown(world, load_person(world, person_id)))


def change_person(person_id: str) -> Response:
    world, fields = current_world(), Fields.of_request()
    with world.lock:
        person = _read(fields, load_person(world, person_id))
        world.people[person_id] = person
        return jsonify(_shown(world, person))


def remove_person(person_id: str) -> Response:
    world = current_world()
    with world.lock:
        load_person(world, person_id)
        del world.people[person_id]
    return jsonify(removed=person_id)


def load_person(world: World, person_id: str) -> Person:
    """:raises Refusal: 404."""
    person = world.people.get(person_id)
    if person is None:
        raise unknown("person", person_id)
    return person


def _read(fields: Fields, before: Person) -> Person:
    phones = fields.objects("phones")
    person = replace(
        before,
        nickname=fields.text("nickname", before.nickname),
        avatar=fields.text("avatar", before.avatar),
        phones=before.phones if phones is None else tuple(_read_phone(item) for item in phones),
        unionid=fields.choice("unionid", BINDINGS, before.unionid),
        high_risk=fields.flag("high_risk", before.high_risk),
        snapshot=fields.flag("snapshot", before.snapshot),
        deregistered=fields.flag("deregistered", before.deregistered),
        dead_avatar=fields.flag("dead_avatar", before.dead_avatar),
    )
    fields.done()
    return person


def _read_phone(fields: Fields) -> Phone:
    phone = Phone(fields.text("country_code", "86"), fields.text("number"))
    fields.done()
    if not (phone.country_code.isdigit() and phone.number.isdigit()):
        raise Refusal(400, "invalid_request", "country_code and number must be digits, without +.")
    return phone


def _shown(world: World, person: Person) -> dict[str, object]:
    """The person with the ids that each app knows them by."""
    apps = [app for app in world.apps.values() if app.kind != "component"]
    return {
        **asdict(person),
        "openids": {app.appid: openid_of(app, person) for app in apps},
        "unionids": {app.appid: unionid_of(app, person) for app in apps},
    }
