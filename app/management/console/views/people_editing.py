"""Making, changing, stopping and erasing a person; what cannot be taken back is asked once more."""

from collections.abc import Mapping
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.claims import PROFILE_CLAIMS
from app.accounts.records import editing, merge, receipts
from app.accounts.records.directory import AccountView
from app.administrators import admins
from app.management.console import access, desk, forms
from app.management.console.access import requires
from app.management.console.forms import Form
from app.management.console.saving import doing, saving
from app.management.console.views.accounts import back, load
from app.management.services import accounts as service
from app.management.services import people
from federation.errors import InvalidFields, Problem
from federation.translation import N_

PLAIN = ("name", "phone", "email", "picture")
TICKS = ("phone_vouched", "email_verified")
_MEANT = {"phone_vouched": "phone", "email_verified": "email"}
"""What each tick is about. A form that comes back says beside which value its ticks stood."""
ADDRESS = editing.ADDRESS


@requires("editor")
def new_account() -> ResponseReturnValue:
    """A person who has not signed in yet: by a name, a phone number or an e-mail address."""
    if not forms.is_sent():
        return _form_page(Form({"phone_vouched": True}), None)
    form = Form(_typed())
    made = ""
    with saving(form, {}, 0):
        made = people.create(access.acting(), _values(form.values, None))
    if form.status != 200:
        return _form_page(form, None), form.status
    flash(_("Created."))
    return back(made)


@requires("editor")
def edit_account(account_id: str) -> ResponseReturnValue:
    """Changes what is kept of a person; who saves second sees both, and decides."""
    found = load(account_id)
    if found.merged_into:
        return back(found.id)
    stored = _stored(found)
    if not forms.is_sent():
        return _form_page(Form(stored, found.version), found)
    form = Form(_typed(), forms.version())
    with saving(form, stored, found.version):
        people.edit(access.acting(), found.id, _values(form.values, found), forms.version())
        _ask_again(form)
    if form.status != 200:
        return _form_page(form, found), form.status
    flash(_("Saved."))
    return back(found.id)


@requires("editor")
def switch_account(account_id: str) -> ResponseReturnValue:
    """Shuts the account, once that was asked, or opens it again."""
    found = load(account_id)
    if not forms.is_sent():
        return _sure(
            found,
            _("Disable this account?"),
            _("The person is signed out everywhere now, cannot sign in, and applications are told. "
              "Nothing is erased; it can be enabled again."),
            _("Disable the account"),
            url_for("admin.switch_account", account_id=found.id),
        )  # fmt: skip
    with doing() as done:
        editing.demand_version(desk.session(), found.id, forms.version() or None)
        if forms.ticked("on"):
            service.enable(access.acting(), found.id)
        else:
            service.disable(access.acting(), found.id)
    if done.ok and forms.ticked("on"):
        flash(_("The account can sign in again."))
    elif done.ok:
        flash(_("The account is disabled; its sessions and tokens have ended."))
    return back(found.id)


@requires("editor", confirmed=True)
def erase_account(account_id: str) -> ResponseReturnValue:
    """Says what goes and what stays; and then does it, with a receipt."""
    found = load(account_id)
    if not forms.is_sent():
        return render_template(
            "admin/erase.html", account=found, removed=receipts.REMOVED, kept=receipts.KEPT
        )
    with doing() as done:
        receipt = people.erase(access.acting(), found.id, forms.version() or None)
    if not done.ok:
        return back(found.id)
    return redirect(url_for("admin.erasure", receipt_id=receipt.id), 303)


@requires("viewer")
def erasure(receipt_id: str) -> ResponseReturnValue:
    """A receipt, by its id or by the sub of who was erased."""
    found = receipts.get(desk.session(), receipt_id)
    if found is None:
        abort(404)
    who = admins.names(desk.session(), {found.actor.removeprefix("admin:")})
    return render_template(
        "admin/erasure.html",
        receipt=found,
        by=who.get(found.actor.removeprefix("admin:"), found.actor),
        removed=receipts.REMOVED,
        kept=receipts.KEPT,
    )


@requires("editor")
def ask_undo_merge(account_id: str, merge_id: str) -> ResponseReturnValue:
    """Asks whether there shall be two accounts again."""
    merges = merge.merges_of(desk.session(), load(account_id).id)
    found = next((one for one in merges if one["id"] == merge_id), None)
    if found is None:
        abort(404)
    return _sure(
        load(found["kept_id"]),
        _("Undo this merge?"),
        _("There are two accounts again, each with the identities that it had. Whoever is signed "
          "in to this one is signed out, and applications are told."),
        _("Undo the merge"),
        url_for("admin.undo_merge", merge_id=merge_id),
    )  # fmt: skip


def _sure(account: AccountView, title: str, text: str, button: str, action: str) -> str:
    return render_template(
        "admin/sure.html", account=account, title=title, text=text, button=button, action=action
    )


def _form_page(form: Form, account: AccountView | None) -> str:
    return render_template(
        "admin/edit_account.html",
        form=form,
        account=account,
        claims=PROFILE_CLAIMS,
        address=ADDRESS,
        beside=_MEANT.values(),
    )


def _typed() -> dict[str, Any]:
    names = (*PLAIN, *PROFILE_CLAIMS, *(f"address.{name}" for name in ADDRESS))
    return {name: forms.text(name) for name in names} | {name: forms.ticked(name) for name in TICKS}


def _ask_again(form: Form) -> None:
    """A tick that stood beside another number or address was not meant for the one typed now.

    :raises federation.errors.InvalidFields: then, with the ticks taken away.
    """
    stale = [tick for tick, name in _MEANT.items() if form.values[tick] and _is_new(form, name)]
    form.values = {**form.values, **dict.fromkeys(stale, False)}
    if stale:
        said = N_("That was said of another one. Say it again if it holds for this one, too.")
        raise InvalidFields([Problem(tick, said) for tick in stale])


def _is_new(form: Form, name: str) -> bool:
    stood = forms.text(f"beside_{name}")
    return bool(stood and form.values[name] and stood != form.values[name])


def _values(typed: Mapping[str, Any], account: AccountView | None) -> dict[str, Any]:
    """What was typed; of the profile those too that a form has no field for."""
    profile = dict(account.profile) if account else {}
    profile |= {name: typed[name] for name in PROFILE_CLAIMS}
    profile["address"] = {name: typed[f"address.{name}"] for name in ADDRESS}
    return {name: typed[name] for name in (*PLAIN, *TICKS)} | {"profile": profile}


def _stored(account: AccountView) -> dict[str, Any]:
    address = account.profile.get("address", {})
    return {
        **{name: getattr(account, name) for name in PLAIN},
        "phone_vouched": editing.is_vouched(account),
        "email_verified": account.email_verified,
        **{name: account.profile.get(name) for name in PROFILE_CLAIMS},
        **{f"address.{name}": address.get(name) for name in ADDRESS},
    }
