"""``wechat-apps list``: credentials without their secrets, and what WeChat last said."""

from app.elements import current_federation
from app.management.cli.command import as_json, command, print_json
from app.management.cli.credentials.explanations import state_of
from app.management.cli.deployment import session
from app.management.cli.tables import moment, print_table
from app.management.services import records
from federation import Credential, Fault
from federation.wechat.source import WECHAT


@command("list")
@as_json
def list_apps(as_json: bool) -> None:
    """List WeChat credentials."""
    store = current_federation().credentials.of(WECHAT.id)
    faults = {fault.credential_id: fault for fault in store.faults(session())}
    known = store.all(session())
    if as_json:
        print_json([_document(app, faults.get(app.id)) for app in known])
        return
    rows = [
        (app.id, app.kind, app.name, app["open_platform"], app.is_default, _state(app, faults))
        for app in known
    ]
    headings = ("APPID", "KIND", "NAME", "OPEN PLATFORM", "DEFAULT", "STATE")
    print_table(headings, rows, "There are no WeChat credentials; see wechat-apps add --help.")


def _state(app: Credential, faults: dict[str, Fault]) -> str:
    state, fault = state_of(WECHAT, app, faults), faults.get(app.id)
    return state if fault is None or not app.is_usable else f"{moment(fault.at)}: {state}"


def _document(app: Credential, fault: Fault | None) -> dict[str, object]:
    return {
        **records.wechat_app(app, fault),
        "default": app.is_default,
        "pushes": bool(app["push_token"]),
    }
