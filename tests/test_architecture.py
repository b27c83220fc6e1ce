"""The house rules as tests: who imports whom, how long things may be, where time comes from.

``make check`` runs import-linter over the same packages; what it cannot say stands here.
"""

import ast
import re
from pathlib import Path

from oidc import FOR_HOSTS
from tests.sizes import FUNCTION_CEILING, MODULE_CEILING, above, sizes
from tests.source import PACKAGES, Module, modules

DRAWERS = {
    "utils",
    "util",
    "helpers",
    "helper",
    "manager",
    "base",
    "common",
    "misc",
    "data",
    "info",
}

LOADS = re.compile(r"_?load(_\w+)?")

# The only places that may read the machine's clock: elsewhere time is an argument. (In
# app.web.rate_limits the rate limiter, somebody else's code, says by that clock when the
# next request may come; oidc.database.driver_statement lays it beside the database's own.)
CLOCKS = {
    "oidc.clock",
    "oidc.database.driver_statement",
    "federation.sandbox",
    "federation.sandbox.provider",
    "app.tracing.source_calls",  # spans are told by the clock of OpenTelemetry
    "app.web.rate_limits",
}
CLOCK_READS = {
    "time.time",
    "time.time_ns",
    "datetime.now",
    "datetime.utcnow",
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.today",
    "date.today",
    "datetime.date.today",
}

# Where requests are answered, and so committed, outside app.
VIEWS = ("oidc.endpoints.", "oidc.authorization.endpoint")

# What ends somebody's sessions; whoever calls it lets their applications know.
ENDS_SESSIONS = {
    "browser.begin",
    "browser.end",
    "browser.end_all",
    "browser.end_by_sid",
    "browser.end_all_of_connection",
    "browser.end_where",
    "directory.disable",
    "erasure.delete_account",
    "obey_push",
    "merge.merge",
    "merge.undo",
}
TELLS = "oidc.logout.session_end.end_sessions"

# Folders with a module for each thing of one kind, as their first line says.
LISTS_OF_THINGS = {
    "app.management.api.resources",
    "app.management.cli",
    "app.management.cli.doctor",
    "app.management.console.views",
}

OURS = modules()


def test_modules_are_short_enough_to_be_read_at_one_sitting() -> None:
    assert above(sizes().modules, MODULE_CEILING) == {}


def test_functions_are_short() -> None:
    assert above(sizes().functions, FUNCTION_CEILING) == {}


def test_modules_are_named_after_what_they_hold() -> None:
    assert [module.name for module in OURS if DRAWERS & set(module.name.split("."))] == []


def test_nothing_below_imports_app() -> None:
    below = modules("oidc", "federation")

    assert [found for found in imports(below) if belongs_to(found[1], "app")] == []


def test_sandbox_imports_nothing_else_of_ours() -> None:
    of_ours = [
        (module, name)
        for module, name in imports(modules("federation/sandbox"))
        if name.split(".")[0] in PACKAGES
    ]

    assert of_ours
    assert [found for found in of_ours if not belongs_to(found[1], "federation.sandbox")] == []


def test_sandbox_is_imported_by_nothing_else() -> None:
    others = [module for module in OURS if not belongs_to(module.name, "federation.sandbox")]

    assert [found for found in imports(others) if belongs_to(found[1], "federation.sandbox")] == []


def test_demo_application_imports_nothing_of_ours() -> None:
    """It stands for anybody's application: what it knows of Qiao, it knows from discovery."""
    application = modules("app/demo/relying_party")

    assert application
    for module, name in imports(application):
        if name.split(".")[0] in PACKAGES:
            assert belongs_to(name, "app.demo.relying_party"), module


def test_time_comes_from_a_clock() -> None:
    reads = {
        module.name: module.calls() & CLOCK_READS
        for module in OURS
        if module.name not in CLOCKS and module.calls() & CLOCK_READS
    }

    assert reads == {}


def test_randomness_comes_from_secrets() -> None:
    assert [found for found in imports(OURS) if belongs_to(found[1], "random")] == []


def test_what_loads_raises_where_nothing_is() -> None:
    """``get`` gives None for an unknown key; ``load`` raises, and so never gives None."""
    either = {
        f"{module.name}.{function.name}"
        for module in OURS
        for function in ast.walk(module.tree)
        if isinstance(function, ast.FunctionDef) and LOADS.fullmatch(function.name)
        if function.returns is not None and ast.unparse(function.returns).endswith(" | None")
    }

    assert either == set()


def test_packages_never_commit() -> None:
    """One commit per request, in the view or the command: rules only flush.

    But for a connection that is handed back while somebody else's server is waited for.
    """
    rules = modules("oidc", "federation", "app/accounts", "app/enablement", "app/sessions")

    commits = {
        (module.name, call)
        for module in rules
        for call in module.calls()
        if call.endswith("session.commit") and not module.name.startswith(VIEWS)
    }

    assert commits == {("oidc.database.statements", "session.commit")}


def test_whoever_ends_a_session_tells_its_applications() -> None:
    """The host's answer to the provider aside: there the provider itself does it."""
    callers = [
        module
        for module in modules("app")
        if module.calls() & ENDS_SESSIONS and module.name != "app.host"
    ]

    assert callers
    assert [module.name for module in callers if TELLS not in module.imports()] == []


def imports(of: list[Module]) -> list[tuple[str, str]]:
    """Pairs of importer and imported."""
    return [(module.name, name) for module in of for name in sorted(module.imports())]


def belongs_to(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def test_host_uses_what_the_provider_names_for_it_and_nothing_else() -> None:
    known = {module.name for module in modules("oidc")}
    used = {
        name if name in known else name.rpartition(".")[0]
        for _module, name in imports(modules("app"))
        if belongs_to(name, "oidc")
    }

    assert used == {f"oidc.{name}" for name in FOR_HOSTS}


def test_every_folder_tells_what_lives_there_and_where_its_modules_are_met() -> None:
    untold = [
        f"{folder.name}: {name}"
        for folder in modules("app", "oidc")
        if folder.path.name == "__init__.py" and folder.name not in LISTS_OF_THINGS
        for name in _within(folder.path.parent)
        if not re.search(rf"\b{name}\b", ast.get_docstring(folder.tree) or "")
    ]

    assert untold == []


def _within(folder: Path) -> list[str]:
    """The modules and folders of a folder."""
    modules_here = [path.stem for path in folder.glob("*.py") if path.stem[:2] != "__"]
    return modules_here + [path.parent.name for path in folder.glob("*/__init__.py")]
