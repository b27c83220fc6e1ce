"""Credentials as sealed documents: whatever a source declares fits in, on every database."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import select
from sqlalchemy.orm import Session

from federation import CredentialFields, Source
from federation.credential_store import CredentialStore
from federation.credentials import CredentialForm, Fault, Kind
from federation.errors import InvalidFields, VersionConflict
from federation.fields import Field, matches
from federation.models import CredentialRow
from federation.source import Keys, Look
from tests.conftest import TestClock
from tests.federation.conftest import TestCipher

KEY = (
    rsa.generate_private_key(65537, 4096)
    .private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    .decode()
    .strip()
)
FORM = CredentialForm(
    id=Field("client_id", "Client ID", required=True),
    kinds=(Kind("web", "Web", default="Default"), Kind("app", "App")),
    fields=(
        Field("key", "Key", input="area", secret=True, required=True, missing="Enter the key."),
        Field(
            "pin", "PIN", secret=True, checks=(matches(r"[a-z-]{8,}", "A PIN has eight letters."),)
        ),
        Field("region", "Region"),
        Field("bundle", "Bundle", required=True, kinds=("app",)),
    ),
)
SHOP = CredentialFields(
    "shop", "web", {"key": KEY, "pin": "rain-and-bow", "region": "eu"}, "Shop 🛒"
)


def source(name: str = "other") -> Source:
    return Source(
        id=name,
        name=name.title(),
        look=Look(""),
        credentials=FORM,
        modes=(),
        keys=Keys(f"{name}:id:{{id}}"),
        client=lambda surroundings: surroundings,
    )


@pytest.fixture
def store(cipher: TestCipher, clock: TestClock) -> CredentialStore:
    return CredentialStore(source(), cipher, clock)


def with_values(fields: CredentialFields, **values: str) -> CredentialFields:
    return replace(fields, values={**fields.values, **values})


def test_document_comes_back_letter_by_letter(store: CredentialStore, session: Session) -> None:
    store.create(session, SHOP)
    session.commit()

    known = store.get(session, "shop")

    assert known is not None
    assert known["key"] == KEY
    assert len(KEY) > 3000
    assert (known["pin"], known["region"], known.name) == ("rain-and-bow", "eu", "Shop 🛒")
    assert known.is_usable


def test_nothing_of_it_is_in_the_row_or_in_a_repr(store: CredentialStore, session: Session) -> None:
    known = store.create(session, SHOP)

    row = session.execute(select(CredentialRow.__table__)).one()

    for secret in (KEY, "rain-and-bow"):
        assert secret not in f"{known!r} {SHOP!r} {row.document_sealed}"


def test_empty_secrets_stay_and_the_rest_is_replaced(
    store: CredentialStore, session: Session
) -> None:
    store.create(session, SHOP)

    changed = store.update(session, "shop", with_values(SHOP, key="", pin="", region=""), 1)

    assert (changed["key"], changed["pin"], changed["region"]) == (KEY, "rain-and-bow", "")
    assert changed.version == 2


def test_every_problem_is_told_and_fields_of_other_kinds_are_not_asked_for(
    store: CredentialStore, session: Session
) -> None:
    with pytest.raises(InvalidFields) as web:
        store.create(session, CredentialFields("", "web", {"pin": "12"}))
    with pytest.raises(InvalidFields) as app:
        store.create(session, CredentialFields("a" * 97, "app", {"key": KEY}))

    assert {one.field for one in web.value.problems} == {"client_id", "key", "pin"}
    assert {one.field for one in app.value.problems} == {"client_id", "bundle"}


def test_second_of_two_editors_is_told(store: CredentialStore, session: Session) -> None:
    store.create(session, SHOP)
    store.update(session, "shop", with_values(SHOP, region="us"), 1)

    with pytest.raises(VersionConflict):
        store.update(session, "shop", with_values(SHOP, region="cn"), 1)


def test_document_sealed_by_a_lost_key_has_to_be_entered_again(
    store: CredentialStore, session: Session, clock: TestClock
) -> None:
    CredentialStore(source(), TestCipher(), clock).create(session, SHOP)
    store.create(session, replace(SHOP, id="blog"))

    usable = {one.id: one.is_usable for one in store.all(session)}
    with pytest.raises(InvalidFields) as refused:
        store.update(session, "shop", with_values(SHOP, key="", pin=""), 1)
    entered = store.update(session, "shop", SHOP, 1)

    assert usable == {"blog": True, "shop": False}
    assert [one.field for one in refused.value.problems] == ["key"]
    assert entered.is_usable


def test_each_kind_of_each_source_has_one_default(
    store: CredentialStore, session: Session, cipher: TestCipher, clock: TestClock
) -> None:
    other = CredentialStore(source("another"), cipher, clock)
    other.create(session, replace(SHOP, is_default=True))
    store.create(session, replace(SHOP, is_default=True))

    store.create(session, replace(SHOP, id="blog", is_default=True))

    assert [one.id for one in store.all(session) if one.is_default] == ["blog"]
    assert store.default(session, "web") == store.get(session, "blog")
    assert other.default(session, "web") == other.get(session, "shop")


def test_error_of_the_source_is_kept_by_its_name_until_there_is_another_secret(
    store: CredentialStore, session: Session, clock: TestClock
) -> None:
    store.create(session, SHOP)

    store.note_fault(session, "shop", "invalid_client")
    noted, faulty = store.faults(session), store.get(session, "shop")
    store.update(session, "shop", SHOP, 1)

    assert noted == [Fault("shop", "invalid_client", clock())]
    assert faulty is not None
    assert faulty.is_faulty
    assert store.faults(session) == []
