"""The deployment's own brand: on pages without an application, in the console, below everything.

It is remembered for a few seconds, so that no page waits for it; whoever changes it sees that at
once at this node. Pages that tell of a failure take what is remembered and ask nobody.
"""

import re
import time
from dataclasses import dataclass

from flask import current_app, g
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.branding import store
from app.branding.store import OUR_OWN, PLAIN, Branding
from app.database import db
from app.sign_in.client_display import web_address
from app.web.i18n import current_language

REMEMBERED = 5.0
"""Seconds."""
PRODUCT = "Qiao"
_MEMORY = "deployment_brand"
_MAIL = re.compile(r"[^\s@<>\"'?&%]{1,64}@[^\s@<>\"'?&%]{1,190}")
_FROM_MEMORY = "brand_from_memory"


@dataclass(frozen=True, slots=True)
class Brand:
    """As templates use it."""

    branding: Branding
    language: str = "en"

    @property
    def name(self) -> str:
        """What the deployment calls itself; empty for nothing."""
        return self.branding.says("name", self.language)

    @property
    def plain_name(self) -> str:
        """The same, or the product's name."""
        return self.name or PRODUCT

    @property
    def logo(self) -> str | None:
        return self.branding.logo_path

    @property
    def stylesheet(self) -> str | None:
        return self.branding.stylesheet_path

    @property
    def accent(self) -> str | None:
        """The style sheet of the colour alone, for the console."""
        return f"/accents/{self.branding.accent[1:]}.css" if self.branding.accent else None

    @property
    def contact(self) -> str:
        """Whom people ask who cannot get in; empty for nobody that was named."""
        return self.branding.says("contact", self.language)

    @property
    def contact_link(self) -> str | None:
        return link_of(self.contact)

    @property
    def help(self) -> str:
        return self.branding.says("help", self.language)


def link_of(contact: str) -> str | None:
    """Where a contact leads that is an e-mail address or a web page."""
    return f"mailto:{contact}" if _MAIL.fullmatch(contact) else web_address(contact)


def worn_by(session: Session, client_id: str) -> Branding:
    """What the pages of an application wear: its own over the deployment's. One statement."""
    found = store.of_clients(session, [client_id, OUR_OWN])
    _remember(found.get(OUR_OWN, PLAIN))
    return found.get(client_id, PLAIN).over(found.get(OUR_OWN, PLAIN))


def current_brand() -> Brand:
    """The brand of pages without an application, in the language of this response.

    At most one statement; plain where the database cannot tell it.
    """
    language = current_language().tag
    kept, until = current_app.extensions.get(_MEMORY, (PLAIN, 0.0))
    if g.get(_FROM_MEMORY) or until > time.monotonic():
        return Brand(kept, language)
    try:
        return Brand(_remember(store.of_client(db.session(), OUR_OWN)), language)
    except SQLAlchemyError:
        only_from_memory()
        return Brand(kept, language)


def only_from_memory() -> None:
    """For the rest of this request: the database may be what has failed."""
    setattr(g, _FROM_MEMORY, True)


def forget() -> None:
    """It was changed, or is about to be."""
    current_app.extensions.pop(_MEMORY, None)


def _remember(found: Branding) -> Branding:
    current_app.extensions[_MEMORY] = (found, time.monotonic() + REMEMBERED)
    return found
