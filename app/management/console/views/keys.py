"""Signing keys: what each does now, and the next step of a rotation."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.management.console import access, desk, forms
from app.management.console.access import requires
from app.management.services import signing_keys
from app.web.times import said
from oidc.keys.rotation import RotationStep


@requires("viewer")
def keys() -> ResponseReturnValue:
    """The signing keys, and what each does now."""
    states = desk.provider().keys.states(desk.session())
    algorithms = signing_keys.algorithms(desk.provider(), desk.session())
    return render_template("admin/keys.html", states=states, algorithms=algorithms)


@requires("owner", confirmed=True)
def rotate_keys() -> ResponseReturnValue:
    """One step: publish the next key, or let it sign; or both at once for a key that leaked."""
    alg = forms.text("alg")
    if alg not in desk.provider().settings.signing_algorithms:
        return redirect(url_for("admin.keys"), 303)
    moved = signing_keys.rotate(access.acting(), alg, at_once=forms.ticked("at_once"))
    desk.session().commit()
    flash(_sentence(moved))
    return redirect(url_for("admin.keys"), 303)


def _sentence(moved: RotationStep) -> str:
    if moved.move == "activate":
        return _("%(kid)s signs from now on; the one before stays published.", kid=moved.kid)
    if moved.move == "publish":
        return _(
            "%(kid)s is published. It may sign from %(moment)s; rotate again then.",
            kid=moved.kid,
            moment=said(moved.ready_at),
        )
    return _(
        "Not yet: %(kid)s is published and may sign from %(moment)s.",
        kid=moved.kid,
        moment=said(moved.ready_at),
    )
