"""What an administrator is led through, a page at a time: a password that is due, the second step,
recovery codes."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.administrators import recovery
from app.management.console import access, desk
from app.management.console.access import requires
from app.management.console.forms import Form
from app.management.console.views import own_password


@requires("viewer", confirmed=True, without_factor=True, without_password=True)
def due_password() -> ResponseReturnValue:
    """Asks for another password before anything else opens."""
    if not access.current_admin().password_due:
        return redirect(url_for("admin.profile"), 303)
    form = Form({})
    if request.method == "POST":
        answer = own_password.change(form, url_for("admin.set_up_factor"), is_due=True)
        if answer is not None:
            flash(_("Your password is changed; your other browsers are signed out."))
            return answer
    return render_template("admin/due_password.html", form=form), form.status


@requires("viewer", without_factor=True)
def set_up_factor() -> ResponseReturnValue:
    """Offers a passkey and an authenticator app; who has one already goes on."""
    if access.has_factor():
        return redirect(after_factor(), 303)
    return set_up_page()


def set_up_page() -> str:
    """Which second steps there are, and how each is set up."""
    return render_template("admin/set_up_factor.html", is_demanded=access.lacks_factor())


@requires("viewer")
def recovery_question() -> ResponseReturnValue:
    """Says what recovery codes are for, and makes some by a button."""
    return render_template("admin/recovery_question.html")


def after_factor() -> str:
    """Where somebody goes on who has just set up a second step."""
    left = recovery.left(desk.session(), access.current_admin().id)
    return url_for("admin.profile") if left else url_for("admin.recovery_question")
