"""Nothing outside of a source's folder knows the source by name, but for what is listed here.

Console, API, command line, pages and ``doctor`` take what they show and do from declarations
(`federation.source`). Whoever adds a source touches none of these files; a file that is not listed
may not name WeChat.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from tests.source import ROOT

NAMES = re.compile(
    r"wechat|weixin|微信|unionid|miniprogram|mini[ -]program|小程序|openid_|_openid"
    r"|\b(?-i:OpenIDs?)\b(?! Connect| [Pp]rovider| logout|\n)",
    re.IGNORECASE,
)
KINDS = (".py", ".html", ".css", ".js", ".svg", ".po")

PUBLISHED = "names that are published: "
MAY: Mapping[str, str] = {
    "app/settings.py": PUBLISHED + "`QIAO_WECHAT_*`",
    "app/management/cli/doctor/settings_checks.py": PUBLISHED + "`QIAO_WECHAT_*`",
    "app/management/api/resources/wechat_apps.py": PUBLISHED + "`/api/v1/wechat-apps`",
    "app/management/api/operations.py": PUBLISHED + "`/api/v1/wechat-apps`",
    "app/management/api/components.py": PUBLISHED + "the schemas of `/api/v1/wechat-apps`",
    "app/management/api/examples.py": PUBLISHED + "bodies for the API, filled in with WeChat's",
    "app/management/api/resources/accounts.py": PUBLISHED + "members of the API's accounts",
    "app/management/api/resources/credentials.py": "an example: the source that every server has",
    "app/management/api/resources/events.py": "an example: the source that every server has",
    "app/management/cli/wechat_apps/": PUBLISHED + "the command `apps`, for WeChat's credentials",
    "app/management/cli/commands.py": PUBLISHED + "the command `apps`",
    "app/management/cli/credentials/": "examples in the help of commands",
    "app/management/cli/connections/": "examples in the help of commands",
    "app/management/cli/clients/add.py": "an example in the help of a command",
    "app/management/services/records.py": PUBLISHED + "members of records in API and commands",
    "app/management/cli/accounts/": PUBLISHED + "columns of the import, examples in the help",
    "app/accounts/records/receipts.py": "an example: the names that are erased",
    "app/management/console/people_labels.py": PUBLISHED + "columns of the import",
    "app/management/services/jobs/uploads.py": PUBLISHED + "columns of the import",
    "app/management/services/people_exports.py": PUBLISHED + "columns of the import",
    "app/templates/admin/account_job.html": PUBLISHED + "columns of the import",
    "app/templates/admin/accounts.html": "examples of what a search finds",
    "app/templates/admin/edit_account.html": "an example: the source that every server has",
    "app/templates/admin/erase.html": "an example: the source that every server has",
    "app/templates/admin/import.html": PUBLISHED + "columns of the import",
    "app/accounts/weak_passwords.py": "a word that no password may consist of",
    "app/management/services/sealed_columns.py": PUBLISHED + "the table `wechat_app`",
    "app/accounts/imports/": PUBLISHED + "columns of the import, which brings people of WeChat's",
    "app/accounts/records/export.py": PUBLISHED + "members of what people download",
    "app/accounts/identification/contradictions.py": PUBLISHED + "the same",
    "app/accounts/records/conflicts.py": PUBLISHED + "codes of conflicts, columns of their table",
    "app/accounts/identification/rules.py": PUBLISHED + "codes of rules and flags",
    "app/accounts/identification/outcomes.py": PUBLISHED + "codes of flags",
    "app/tables/people.py": PUBLISHED + "columns that nodes of 0.1.0 read",
    "app/templates/admin/conflict.html": PUBLISHED + "codes of conflicts",
    "app/management/api/routes.py": PUBLISHED + "the API's `/wechat-apps`",
    "app/management/console/routes.py": PUBLISHED + "the console's `/wechat-apps`",
    "app/management/console/labels.py": PUBLISHED + "a code of a detail in the log",
    "app/management/console/event_labels.py": PUBLISHED + "kinds of events of `wechat_app`",
    "app/templates/admin/search.html": "examples of what a search finds",
    "app/notifications/events.py": PUBLISHED + "a code of a rule",
    "app/management/console/snippets.py": "text to copy: WeChat's SDKs on Android and iOS",
    "app/mini_program/": PUBLISHED + "`/federation/v1/`, which WeChat's mini program speaks",
    "app/demo/": "the demo plays WeChat with its sandbox",
    "app/translations/": "sentences of the files above",
    "federation/catalog.py": "the list of the sources",
    "federation/connection_rows.py": "the modes that nodes of 0.1.0 know",
    "federation/models.py": "the table of 0.1.0 that WeChat's credentials stay in",
    "federation/devices.py": "browsers by their names, for people to know them by",
    "federation/identity.py": "an example, and the word that stored namespaces have",
    "federation/source.py": "examples of what is declared",
    "oidc/protocol/parameters.py": "parameters of the source that the provider knows",
    "oidc/protocol/redirect_uris.py": "a scheme that no application may have: WeChat's",
}
"""File, or folder with a slash at its end, and why it may."""


def naming() -> list[str]:
    """The files that name WeChat, but for its own folder and its sandbox."""
    files = [path for package in ("app", "oidc") for path in (ROOT / package).rglob("*")]
    files += (ROOT / "federation").glob("*")
    return sorted(
        str(path.relative_to(ROOT))
        for path in files
        if path.suffix in KINDS and NAMES.search(path.read_text(encoding="utf-8"))
    )


def listed(name: str) -> bool:
    return any(name == place or (place[-1] == "/" and name.startswith(place)) for place in MAY)


def test_no_other_file_names_wechat() -> None:
    assert [name for name in naming() if not listed(name)] == []


def test_every_file_that_may_does() -> None:
    """What has been freed of the name is taken off the list."""
    named = naming()

    idle = [place for place in MAY if not any(one.startswith(place) for one in named)]

    assert idle == []


def test_pattern_tells_the_source_from_the_protocol() -> None:
    naming_it = ("wechat-mobile", "mini program", "UnionID", "openid_namespace", "an OpenID of")
    others = (
        "OpenID Connect Core 2",
        '"openid profile"',
        "app.mini_program.setup",
        "openid-client",
    )

    assert all(NAMES.search(text) for text in naming_it)
    assert not any(NAMES.search(text) for text in others)


def test_sources_do_not_know_one_another() -> None:
    """Each is a folder of its own beside the catalog, which alone knows them all."""
    folders = {path.parent.name for path in Path(ROOT / "federation").glob("*/source.py")}
    catalog = (ROOT / "federation/catalog.py").read_text(encoding="utf-8")

    assert folders
    for folder in folders:
        assert f"from federation.{folder}.source import" in catalog
        for path in (ROOT / "federation" / folder).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            assert not any(f"federation.{other}" in text for other in folders - {folder}), path
