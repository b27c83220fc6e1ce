"""``apps list``: credentials, without their secrets, and what WeChat last said about them."""

from app.management.cli.command import as_json, command, print_json
from app.management.cli.deployment import session
from app.management.cli.tables import moment, print_table
from app.management.cli.wechat_apps.explanations import explain
from app.management.services import records
from app.sign_in.federation import current_federation
from federation import Fault, WeChatApp


@command("list")
@as_json
def list_apps(as_json: bool) -> None:
    """List WeChat credentials."""
    faults = {fault.app_id: fault for fault in current_federation().wechat_apps.faults(session())}
    known = current_federation().wechat_apps.all(session())
    if as_json:
        print_json([_document(app, faults.get(app.app_id)) for app in known])
        return
    rows = [
        (app.app_id, app.kind, app.name, app.open_platform, app.is_default, _state(app, faults))
        for app in known
    ]
    headings = ("APPID", "KIND", "NAME", "OPEN PLATFORM", "DEFAULT", "STATE")
    print_table(headings, rows, "There are no WeChat credentials; see apps add --help.")


def _state(app: WeChatApp, faults: dict[str, Fault]) -> str:
    if not app.is_usable:
        return "the AppSecret cannot be read: apps replace-secret"
    fault = faults.get(app.app_id)
    return "ok" if fault is None else f"{moment(fault.at)}: {explain(fault.errcode)}"


def _document(app: WeChatApp, fault: Fault | None) -> dict[str, object]:
    return {
        **records.wechat_app(app, fault),
        "default": app.is_default,
        "pushes": bool(app.push_token),
    }
