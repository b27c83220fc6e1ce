"""What the suite is told for one plan: the JSON that its form "Configure test" takes as well."""

from typing import Any

from tests.conformance.browser_tasks import BrowserTasks
from tests.conformance.clients import ADA, Credentials, suite_clients
from tests.conformance.deployment import Target
from tests.conformance.plans import Plan


def configuration(plan: Plan, target: Target) -> dict[str, Any]:
    """The configuration of a plan with all that its modules need, the browser's tasks included."""
    alias = plan.alias(target.credentials.alias)
    tasks = BrowserTasks(target.issuer, alias, target.credentials.passwords)
    return {
        "alias": alias,
        "description": f"Qiao, {plan.key}",
        "server": {"discoveryUrl": target.issuer + plan.discovery, "login_hint": ADA},
        **_clients(plan, target.credentials),
        "resource": {
            "resourceUrl": target.resource if plan.own_resource else target.issuer + "/userinfo"
        },
        "ssf": {"transmitter": {"issuer": target.issuer}},
        "browser": tasks.usual(),
        "override": tasks.overrides(),
    }


def _clients(plan: Plan, credentials: Credentials) -> dict[str, Any]:
    if plan.clients:
        return suite_clients(plan.clients, plan.scope, credentials)
    name = f"Conformance suite ({plan.key})"
    return {"client": {"client_name": name}, "client2": {"client_name": f"{name}, second"}}
