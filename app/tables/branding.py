"""The table of what applications look like."""

from typing import cast

from sqlalchemy import BigInteger, Index, Integer, LargeBinary, String, Table
from sqlalchemy.dialects.mysql import MEDIUMBLOB
from sqlalchemy.orm import Mapped, mapped_column

from app.tables.declaration import MYSQL, Base
from app.tables.people import CLIENT_ID

_PICTURE = LargeBinary().with_variant(MEDIUMBLOB(), "mysql", "mariadb")
"""MySQL's own BLOB ends at 64 KiB."""


class ApplicationBranding(Base):
    """Logo and colour of an application; without a row it has neither."""

    __tablename__ = "application_look"
    __table_args__ = (Index("ix_application_look_logo_digest", "logo_digest"), MYSQL)

    client_id: Mapped[str] = mapped_column(String(CLIENT_ID), primary_key=True)
    accent: Mapped[str | None] = mapped_column(String(7))
    """``#rrggbb``, as it was chosen."""
    logo: Mapped[bytes | None] = mapped_column(_PICTURE)
    """A PNG that was drawn here, from the one that was sent."""
    logo_digest: Mapped[str | None] = mapped_column(String(64))
    updated_at: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(Integer)


APPLICATION_BRANDING = cast(Table, ApplicationBranding.__table__)
