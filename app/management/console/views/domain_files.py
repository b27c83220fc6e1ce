"""Files at the root of our address by which sources and others see that the domain is ours."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.domain_files import store
from app.management.console import access, desk, forms
from app.management.console.access import requires
from app.management.console.forms import Form
from app.management.console.saving import doing, saving
from app.management.services import domain_files as service


@requires("viewer")
def domain_files() -> ResponseReturnValue:
    """The files with their addresses, and the form that brings another."""
    if not forms.is_sent():
        return _page(Form({}))
    return access.if_allowed("editor", _put)


def _put() -> ResponseReturnValue:
    name, content = _sent()
    form = Form({"name": name})
    with saving(form, {}, 0, {"name": "file", "content": "file"}):
        service.put(access.acting(), name, content)
    if form.status != 200:
        return _page(form), form.status
    flash(_("It is served at %(address)s", address=desk.provider().url(f"/{name}")))
    return redirect(url_for("admin.domain_files"), 303)


@requires("editor")
def remove_domain_file(name: str) -> ResponseReturnValue:
    """Whoever looks for it finds nothing."""
    with doing() as done:
        service.remove(access.acting(), name)
    if done.ok:
        flash(_("Removed."))
    return redirect(url_for("admin.domain_files"), 303)


def _sent() -> tuple[str, str]:
    """The name of the file as it was on the administrator's computer, and what is in it."""
    chosen = request.files.get("file")
    name = (chosen.filename or "") if chosen is not None else ""
    return name.rpartition("/")[2], service.text_of(forms.upload("file") or b"")


def _page(form: Form) -> str:
    return render_template(
        "admin/domain_files.html",
        form=form,
        files=store.all_files(desk.session()),
        url=desk.provider().url,
    )
