"""The deployment's own brand, as the pages at hand show it."""

from sqlalchemy.exc import SQLAlchemyError

from app.branding.deployment import Brand, deployment_brand, only_from_memory
from app.database import db
from app.web.i18n import current_language


def current_brand() -> Brand:
    """The brand in the language of this response; plain where the database cannot tell it."""
    tag = current_language().tag
    try:
        return deployment_brand(db.session(), tag)
    except SQLAlchemyError:
        only_from_memory()
        return deployment_brand(db.session(), tag)
