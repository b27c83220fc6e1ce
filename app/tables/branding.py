"""The table of what applications look like."""

from typing import cast

from sqlalchemy import BigInteger, Index, Integer, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.tables.declaration import Base, LongBinary
from app.tables.people import CLIENT_ID

_PICTURE = LongBinary()


class ApplicationBranding(Base):
    """What the pages of an application look like; without a row as the deployment's own do.

    The row without a ``client_id`` (an empty one) is the deployment's own.
    """

    __tablename__ = "application_look"
    __table_args__ = (
        Index("ix_application_look_logo_digest", "logo_digest"),
        Index("ix_application_look_picture_digest", "picture_digest"),
    )

    client_id: Mapped[str] = mapped_column(String(CLIENT_ID), primary_key=True)
    accent: Mapped[str | None] = mapped_column(String(7))
    """``#rrggbb``, as it was chosen."""
    logo: Mapped[bytes | None] = mapped_column(_PICTURE)
    """A PNG that was drawn here, from the one that was sent."""
    logo_digest: Mapped[str | None] = mapped_column(String(64))
    background: Mapped[str | None] = mapped_column(String(7))
    """``#rrggbb`` of what is around the card."""
    picture: Mapped[bytes | None] = mapped_column(_PICTURE)
    """A JPEG that was drawn here, and lies behind the card."""
    picture_digest: Mapped[str | None] = mapped_column(String(64))
    texts: Mapped[str | None] = mapped_column(Text)
    """A JSON document: by language what stands on the pages."""
    updated_at: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(Integer)


APPLICATION_BRANDING = cast(Table, ApplicationBranding.__table__)
