"""Two sectors cannot tell that they know the same person (OpenID Connect Core 8.1)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oidc.clients.client import Client
from oidc.clients.metadata import ClientMetadata
from oidc.protocol.pairwise import (
    InvalidSector,
    check_sector_document,
    pairwise_subject,
    sector_hosts,
    sector_identifier,
)
from oidc.tokens.issuer import SubjectPolicy

SALT = b"0123456789abcdef"


def test_the_same_person_has_one_subject_in_each_sector() -> None:
    first = pairwise_subject("rp.example", "person-1", SALT)

    assert first == pairwise_subject("rp.example", "person-1", SALT)
    assert first != pairwise_subject("other.example", "person-1", SALT)
    assert first != pairwise_subject("rp.example", "person-2", SALT)
    assert first != pairwise_subject("rp.example", "person-1", SALT[::-1])
    assert "person" not in first
    assert len(first) == 43


@given(st.text(), st.text(), st.text(), st.text())
def test_no_two_pairs_share_a_subject(a: str, b: str, c: str, d: str) -> None:
    same = pairwise_subject(a, b, SALT) == pairwise_subject(c, d, SALT)

    assert same == ((a, b) == (c, d))


def test_a_short_salt_is_refused() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        pairwise_subject("rp.example", "person", b"salt")


@pytest.mark.parametrize(
    ("redirect_uris", "sector_uri", "sector"),
    [
        (["https://rp.example/a", "https://RP.example:8443/b"], None, "rp.example"),
        (["https://a.example/", "https://b.example/"], "https://c.example/s.json", "c.example"),
        (["com.example.app:/cb"], "https://c.example/s.json", "c.example"),
        ([], "https://c.example/s.json", "c.example"),
    ],
)
def test_the_sector_is_a_host(
    redirect_uris: list[str], sector_uri: str | None, sector: str
) -> None:
    assert sector_identifier(redirect_uris, sector_uri) == sector


@pytest.mark.parametrize(
    "redirect_uris",
    [
        [],
        ["https://a.example/", "https://b.example/"],
        ["com.example.app:/cb"],
        ["com.example.app://host/cb"],
        ["https://[broken"],
    ],
)
def test_without_one_host_a_sector_uri_is_needed(redirect_uris: list[str]) -> None:
    with pytest.raises(InvalidSector):
        sector_identifier(redirect_uris, None)


def test_hosts_are_compared_without_case_or_port() -> None:
    assert len(sector_hosts(["https://A.example/", "https://a.example:444/"])) == 1


def test_a_sector_document_lists_every_redirect_uri() -> None:
    check_sector_document(["https://a/1", "https://b/2", "https://c/3"], ["https://b/2"])

    with pytest.raises(InvalidSector, match="list all"):
        check_sector_document(["https://a/1"], ["https://a/1", "https://b/2"])


@pytest.mark.parametrize(
    "document", [None, {}, {"https://a/1": 1}, "https://a/1", [["https://a/1"]]]
)
def test_a_sector_document_of_another_shape_is_refused(document: Any) -> None:
    with pytest.raises(InvalidSector):
        check_sector_document(document, ["https://a/1"])


def pairwise_client(client_id: str, redirect_uri: str) -> Client:
    metadata = ClientMetadata(redirect_uris=(redirect_uri,), subject_type="pairwise")
    return Client(client_id, metadata, (), False, False, 1, 0, 0, None, lambda: 0)


def subjects_of_two(redirect_uri: str) -> set[str]:
    policy = SubjectPolicy("s" * 32)
    clients = (pairwise_client("one", redirect_uri), pairwise_client("other", redirect_uri))
    return {policy.subject_for(client, "somebody", "a session") for client in clients}


@pytest.mark.parametrize(
    "redirect_uri", ["http://127.0.0.1/cb", "http://[::1]/cb", "http://localhost:5000/cb"]
)
def test_programs_on_the_persons_own_computer_share_no_sector(redirect_uri: str) -> None:
    assert len(subjects_of_two(redirect_uri)) == 2


def test_two_clients_of_one_host_still_share_theirs() -> None:
    assert len(subjects_of_two("https://shop.example/cb")) == 1
