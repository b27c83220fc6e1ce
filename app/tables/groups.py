"""The tables of groups, and of who may come in to an application."""

from typing import cast

from sqlalchemy import BigInteger, Boolean, Index, Integer, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.tables.declaration import ACCOUNT_ID, Base
from app.tables.people import CLIENT_ID

GROUP_ID = 32
RULE_VALUE = 255


class PersonGroup(Base):
    """A group of people."""

    __tablename__ = "person_group"

    id: Mapped[str] = mapped_column(String(GROUP_ID), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    """What applications are told."""
    display: Mapped[str] = mapped_column(String(100))
    """What administrators and people read; empty for the name."""
    description: Mapped[str] = mapped_column(String(1000))
    created_at: Mapped[int] = mapped_column(BigInteger)
    updated_at: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(Integer, default=1)


class GroupMember(Base):
    """Somebody who was put into a group. Whom a rule puts there has no row."""

    __tablename__ = "group_member"
    __table_args__ = (Index("ix_group_member_account_id", "account_id"),)

    group_id: Mapped[str] = mapped_column(String(GROUP_ID), primary_key=True)
    account_id: Mapped[str] = mapped_column(String(ACCOUNT_ID), primary_key=True)
    origin: Mapped[str] = mapped_column(String(16))
    """``hand``, ``import`` or ``merge``."""
    added_at: Mapped[int] = mapped_column(BigInteger)


class GroupRule(Base):
    """Whoever fits is a member: computed at each question, never copied."""

    __tablename__ = "group_rule"
    __table_args__ = (Index("ix_group_rule_kind_value", "kind", "value"),)

    group_id: Mapped[str] = mapped_column(String(GROUP_ID), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    """``connection``, ``phone`` or ``email_domain``."""
    value: Mapped[str] = mapped_column(String(RULE_VALUE), primary_key=True)


class ApplicationAccess(Base):
    """Who may come in to an application, and what it is told of groups. No row: everybody, nothing.

    ``mode``, ``seen`` and ``has_roles`` are read with every person, by a join."""

    __tablename__ = "application_access"

    client_id: Mapped[str] = mapped_column(String(CLIENT_ID), primary_key=True)
    mode: Mapped[str] = mapped_column(String(16))
    """``open``, ``groups``, ``people`` or ``requests``."""
    seen: Mapped[str] = mapped_column(String(16))
    """The groups that it may see: ``none``, ``all`` or ``chosen``."""
    form: Mapped[str] = mapped_column(String(16))
    """What it is told of a group: its ``name`` or its ``id``."""
    has_roles: Mapped[bool] = mapped_column(Boolean)
    """Whether some group has roles there."""
    contact: Mapped[str] = mapped_column(String(254))
    """Whom people ask who are kept out; empty for the application's own contacts."""
    updated_at: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(Integer, default=1)


class ApplicationGroup(Base):
    """What a group is to an application."""

    __tablename__ = "application_group"
    __table_args__ = (Index("ix_application_group_group_id", "group_id"),)

    client_id: Mapped[str] = mapped_column(String(CLIENT_ID), primary_key=True)
    group_id: Mapped[str] = mapped_column(String(GROUP_ID), primary_key=True)
    enters: Mapped[bool] = mapped_column(Boolean)
    """Its members may come in."""
    seen: Mapped[bool] = mapped_column(Boolean)
    """It is one of the chosen that the application may see."""
    roles: Mapped[str | None] = mapped_column(Text)
    """A JSON list of the roles that its members have there."""


class ApplicationPerson(Base):
    """Somebody who was let in to an application, has asked to be, or was refused."""

    __tablename__ = "application_person"
    __table_args__ = (
        Index("ix_application_person_account_id", "account_id"),
        Index("ix_application_person_state_asked_at", "state", "asked_at"),
    )

    client_id: Mapped[str] = mapped_column(String(CLIENT_ID), primary_key=True)
    account_id: Mapped[str] = mapped_column(String(ACCOUNT_ID), primary_key=True)
    state: Mapped[str] = mapped_column(String(16))
    """``asked``, ``allowed`` or ``refused``."""
    sentence: Mapped[str] = mapped_column(String(500))
    """What the person wrote; empty for nothing."""
    asked_at: Mapped[int] = mapped_column(BigInteger)
    """When they asked, or were let in without."""
    decided_at: Mapped[int | None] = mapped_column(BigInteger)
    decided_by: Mapped[str | None] = mapped_column(String(64))


PERSON_GROUP = cast(Table, PersonGroup.__table__)
GROUP_MEMBER = cast(Table, GroupMember.__table__)
GROUP_RULE = cast(Table, GroupRule.__table__)
APPLICATION_ACCESS = cast(Table, ApplicationAccess.__table__)
APPLICATION_GROUP = cast(Table, ApplicationGroup.__table__)
APPLICATION_PERSON = cast(Table, ApplicationPerson.__table__)
