"""The table of files that prove to others that a domain is ours."""

from typing import cast

from sqlalchemy import BigInteger, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.tables.declaration import Base


class DomainFileRow(Base):
    """One file, as it is served; its name is told by upper and lower case on every database."""

    __tablename__ = "domain_file"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    content: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[int] = mapped_column(BigInteger)


DOMAIN_FILE = cast(Table, DomainFileRow.__table__)
