"""Where pages load what somebody's look consists of; all of it lies at our own origin."""

from urllib.parse import urlencode

from app.branding.store import Branding


def logo_path(branding: Branding) -> str | None:
    return f"/logos/{branding.logo}.png" if branding.logo else None


def stylesheet_path(branding: Branding) -> str | None:
    """Of colour and background; None where there is neither."""
    parts = {
        "accent": branding.accent and branding.accent[1:],
        "background": branding.background and branding.background[1:],
        "picture": branding.picture,
    }
    given = {name: value for name, value in parts.items() if value}
    if not given:
        return None
    if list(given) == ["accent"]:
        return f"/accents/{given['accent']}.css"
    return f"/looks.css?{urlencode(given)}"
