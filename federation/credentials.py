"""Credentials: what a source's own console hands out, and the form that takes it here.

A source declares a :class:`CredentialForm`; a :class:`Credential` holds what was entered, by the
names of its fields.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import Row, Select, Table
from sqlalchemy.sql import ColumnElement

from federation.errors import Problem
from federation.fields import Field
from federation.ports import Cipher
from federation.translation import N_

ErrorCode = int | str
"""How a source numbers or names what went wrong."""
LONGEST_ID = 96
"""Characters: it stands in the namespaces of people's names, which have 128."""


@dataclass(frozen=True)
class Kind:
    """One kind of credential that a source hands out.

    :param wanted: what is said where a connection needs this kind and has another, or none.
    :param default: what the switch is called that makes one the default of connections that
        name none; empty where there is no such thing.
    """

    id: str
    label: str
    hint: str = ""
    wanted: str = N_("This mode needs a credential of another kind.")
    default: str = ""
    default_hint: str = ""
    no_default: str = ""


@dataclass(frozen=True)
class CredentialWords:
    """What the credentials of a source are called; those of most sources are just that."""

    plural: str = N_("Credentials")
    about: str = N_("What the source's own console hands out. Connections use it.")
    add: str = N_("Add a credential")
    none_yet: str = N_("No credential yet.")
    begin_with: str = ""
    kind: str = N_("What kind of credential is it?")
    no_kind: str = N_("Choose what kind it is.")
    no_default: str = N_("Credentials of this kind cannot be the default one.")
    unknown: str = N_("This credential is not configured.")
    taken: str = N_("This credential is already configured.")
    unchangeable: str = N_("The ID cannot be changed.")
    still_in_use: str = N_("A connection still uses this credential.")
    delete: str = N_("Delete this credential")


@dataclass(frozen=True)
class CredentialForm:
    """What an administrator enters of a credential, beside a name to know it by.

    :param id: how the source names a credential: an AppID, a client_id. It never changes.
    :param noun: begins the kinds of events in the audit trail: ``credential.created``.
    :param table: where credentials are kept; None for one sealed document each.
    """

    id: Field
    fields: tuple[Field, ...]
    kinds: tuple[Kind, ...] = (Kind("app", N_("Application")),)
    words: CredentialWords = CredentialWords()
    noun: str = "credential"
    table: "type[CredentialTable] | None" = None

    def kind(self, id: str) -> Kind | None:  # noqa: A002 - what it is called everywhere
        return next((kind for kind in self.kinds if kind.id == id), None)

    def fields_of(self, kind: str) -> tuple[Field, ...]:
        """The fields that credentials of this kind have."""
        return tuple(one for one in self.fields if not one.kinds or kind in one.kinds)

    def secrets_of(self, kind: str) -> tuple[Field, ...]:
        """What a credential of this kind cannot be used without, and is replaced on its own."""
        return tuple(one for one in self.fields_of(kind) if one.secret and one.required)

    def is_complete(self, kind: str, values: Mapping[str, str]) -> bool:
        """Whether nothing is missing that such a credential cannot be used without."""
        return all(values.get(one.name) for one in self.fields_of(kind) if one.required)

    def has_default(self) -> bool:
        return any(kind.default for kind in self.kinds)

    def read(self, flat: Mapping[str, Any]) -> "CredentialFields":
        """What was sent as one flat form: the fields' names beside ``kind`` and ``name``."""
        named = {one.name for one in self.fields}
        return CredentialFields(
            id=flat.get(self.id.name) or "",
            kind=flat.get("kind") or (self.kinds[0].id if len(self.kinds) == 1 else ""),
            values={name: value or "" for name, value in flat.items() if name in named},
            name=flat.get("name") or "",
            is_default=bool(flat.get("is_default")),
        )


@dataclass(frozen=True)
class Credential:
    """One credential, its secrets opened.

    :param values: by the names of the form's fields. Secrets that cannot be unsealed are missing;
        the credential is then not usable.
    :param is_faulty: the source has refused it, and it has not worked since.
    :param secret_since: when its secrets were stored (Unix seconds).
    """

    id: str
    kind: str
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    name: str = ""
    is_default: bool = False
    is_usable: bool = True
    is_faulty: bool = False
    secret_since: int | None = None
    version: int = 1

    @classmethod
    def missing(cls, kind: str, id: str = "") -> "Credential":  # noqa: A002
        """Stands where a connection's credential is not configured (any more)."""
        return cls(id, kind, is_usable=False)

    def __getitem__(self, name: str) -> str:
        """The value of a field; empty where nothing was entered."""
        return self.values.get(name, "")


@dataclass(frozen=True)
class Fault:
    """Why a source last refused a credential, and when (Unix seconds)."""

    credential_id: str
    errcode: ErrorCode | None
    at: int


@dataclass(frozen=True)
class CredentialFields:
    """What a form or a command gives. In a change an empty secret keeps the old one."""

    id: str
    kind: str = ""
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    name: str = ""
    is_default: bool = False

    @classmethod
    def of(cls, credential: Credential, form: CredentialForm) -> "CredentialFields":
        """What a form with the credential's values would send; its secrets stay as they are."""
        secret = {one.name for one in form.fields if one.secret}
        values = {name: value for name, value in credential.values.items() if name not in secret}
        return cls(credential.id, credential.kind, values, credential.name, credential.is_default)

    def flat(self, form: CredentialForm) -> dict[str, Any]:
        """The same as one flat form, see `CredentialForm.read`."""
        own = {"kind": self.kind, "name": self.name, "is_default": self.is_default}
        return {form.id.name: self.id, **self.values, **own}

    def problems(self, form: CredentialForm, *, is_new: bool) -> list[Problem]:
        """Everything that is wrong with these values, field by field."""
        return list(self._problems(form, is_new))

    def _problems(self, form: CredentialForm, is_new: bool) -> Iterator[Problem]:
        told = form.id.problem(self.id)
        if told or len(self.id) > LONGEST_ID:
            yield Problem(form.id.name, told or N_("This is too long."))
        kind = form.kind(self.kind)
        if kind is None:
            yield Problem("kind", form.words.no_kind)
        for one in form.fields_of(self.kind) if kind else form.fields:
            value = self.values.get(one.name, "")
            kept = one.secret and not value and not is_new
            if not kept and (told := one.problem(value)):
                yield Problem(one.name, told)
        if len(self.name) > 64:
            yield Problem("name", N_("Use at most 64 characters."))
        if self.is_default and kind and not kind.default:
            yield Problem("is_default", form.words.no_default)


class CredentialTable(Protocol):
    """Where the credentials of a source are kept, as rows.

    The table has the columns ``kind``, ``name``, ``default_for``, ``secret_since``, ``fault_at``,
    ``version``, ``created_at`` and ``updated_at``. Implement ``columns`` so that it seals every
    secret and leaves out what stays as it is; ``parse`` so that a credential whose secret cannot
    be unsealed comes without it, and is not usable.
    """

    def __init__(self, source_id: str, form: CredentialForm, cipher: Cipher) -> None: ...

    @property
    def table(self) -> Table: ...

    @property
    def ours(self) -> ColumnElement[bool]:
        """Which of the table's rows are the source's."""
        ...

    @property
    def stamp(self) -> Select[Any]:
        """Id, version and time of change of each row of the table, to notice what others saved."""
        ...

    def default_for(self, kind: str) -> str:
        """What stands in ``default_for`` of the one default credential of a kind."""
        ...

    def named(self, id: str) -> ColumnElement[bool]:  # noqa: A002
        """The row with this id."""
        ...

    def key(self, id: str) -> dict[str, Any]:  # noqa: A002
        """The columns that a new row with this id begins with."""
        ...

    def columns(self, fields: CredentialFields, before: Credential | None) -> dict[str, Any]:
        """The columns that hold what was entered.

        :param before: what is kept so far; None for a new one.
        :raises InvalidFields: what is kept cannot be read, and is needed.
        """
        ...

    def fault(self, errcode: ErrorCode | None, at: int | None) -> dict[str, Any]:
        """The columns that note a refusal, or with None for ``at`` that there is none."""
        ...

    def read_fault(self, row: Row[Any]) -> Fault: ...

    def parse(self, row: Row[Any]) -> Credential: ...
