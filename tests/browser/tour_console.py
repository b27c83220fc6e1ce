"""The console's pages, as its owner sees them; the refusal, as a viewer does."""

from collections.abc import Iterator
from urllib.parse import quote

from playwright.sync_api import Page

from app.demo.deployment import WEB_CLIENT
from app.demo.seed import MINI_PROGRAM
from tests.browser import lived_in
from tests.browser.tour import Stop, Tour, press

PEOPLE = (
    "手机号,姓名,OpenID\n13800138009,一位名字很长的新读者,\n12,"
    f"{lived_in.READER_NAME},\n13800138009,Another,{'o' * 28}@{MINI_PROGRAM.id}\n"
).encode("gb18030", errors="replace")
LISTS = (
    ("home", ""),
    ("overview", "overview?period=90d"),
    ("look", "look"),
    ("wechat-apps", "wechat-apps"),
    ("wechat-app-new", "wechat-apps/new"),
    ("wechat-app", f"wechat-apps/{MINI_PROGRAM.id}"),
    ("credentials", "credentials"),
    ("credential", f"credentials/wechat/{MINI_PROGRAM.id}"),
    ("credential-new", "credentials/oidc/new"),
    ("connections", "connections"),
    ("connection-mode", "connections/new"),
    ("connection-new", "connections/new/wechat-miniprogram"),
    ("connection", f"connections/{lived_in.LONG_ID}"),
    ("connection-official", "connections/wechat-official"),
    ("domain-files", "domain-files"),
    ("move", f"credentials/wechat/{MINI_PROGRAM.id}/move?to={lived_in.SUCCESSOR}"),
    ("applications", "applications"),
    ("application-new", "applications/new"),
    ("programs", "programs"),
    ("programs-none", "programs?search=nothing-of-that-name"),
    ("program", "programs/gitea"),
    ("program-of-an-api", "programs/spring-resource-server"),
    ("application", f"applications/{lived_in.LIBRARY}"),
    ("application-look", f"applications/{lived_in.LIBRARY}/look"),
    ("application-sources", f"applications/{lived_in.LIBRARY}/sources"),
    ("application-claims", f"applications/{lived_in.LIBRARY}/claims"),
    ("application-claims-none", f"applications/{lived_in.CLOSED}/claims"),
    ("application-streams", f"applications/{lived_in.LIBRARY}/streams"),
    ("application-streams-none", f"applications/{lived_in.CLOSED}/streams"),
    (
        "application-claims-preview",
        f"applications/{lived_in.LIBRARY}/claims?account={quote(lived_in.READER)}",
    ),
    ("application-access", f"applications/{lived_in.GUARDED}/access"),
    ("application-access-open", f"applications/{lived_in.LIBRARY}/access"),
    ("access-requests", "access-requests"),
    ("access-requests-none", "access-requests?state=refused"),
    ("groups", "groups"),
    ("groups-none", "groups?q=nothing-of-that-name"),
    ("group-new", "groups/new"),
    ("group", f"groups/{lived_in.GROUP}"),
    ("group-empty", "groups/staff"),
    ("application-try", f"applications/{lived_in.LIBRARY}/try"),
    ("application-start", f"applications/{lived_in.LIBRARY}/start?program=superset"),
    ("application-code", f"applications/{lived_in.LIBRARY}/code"),
    ("service", f"applications/{lived_in.SERVICE}"),
    ("apis-none", "apis"),
    ("matrix", "who-uses-what"),
    ("matrix-none", "who-uses-what?q=nothing-of-that-name"),
    ("accounts", "accounts"),
    ("accounts-none", "accounts?q=nobody-of-that-name"),
    ("account-new", "accounts/new"),
    ("accounts-import", "accounts/import"),
    ("accounts-export", "accounts/export"),
    ("accounts-jobs", "accounts/jobs"),
    ("conflicts", "conflicts"),
    ("conflicts-none", "conflicts?state=dismissed"),
    ("log", "log"),
    ("log-none", "log?client_id=nothing-of-that-name"),
    ("search", "search?q=wechat"),
    ("search-none", "search?q=nothing-of-that-name"),
    ("search-empty", "search"),
    ("keys", "keys"),
    ("notifications", "notifications"),
    ("webhook", f"notifications/{lived_in.WEBHOOK}"),
    ("webhook-off", f"notifications/{lived_in.WEBHOOK_GONE}"),
    ("webhook-new", "notifications/new"),
    ("administrators", "administrators"),
    ("administrator-new", "administrators/new"),
    ("profile", "you"),
    ("second-step", "you/second-step"),
    ("recovery-question", "you/recovery-codes"),
    ("authenticator", "you/authenticator"),
    ("tried-nothing", "try-it/callback"),
    ("not-found", "nothing"),
    ("confirm", "confirm?page=/admin/keys"),
    ("sign-in-left", "sign-in/left"),
)


def stops(tour: Tour) -> Iterator[Stop]:
    page = tour.new_page()
    yield Stop("console-sign-in", open_page(tour, page, ""))
    sign_in(page, "owner", "wrong password here")
    yield Stop("console-sign-in-refused", page, can_turn=False)
    sign_in(page, "owner")
    for name, path in LISTS:
        yield Stop(f"console-{name}", open_page(tour, page, path))
    yield from first_of_each_list(tour, page)
    page = signed_in_anew(tour)
    yield from people(tour, page)
    yield from two_in_one(tour, page)
    yield from apis(tour, page)
    page = signed_in_anew(tour)
    yield from refusals(tour, page)
    yield from trying(tour, page)
    yield from inviting(tour, page)
    due = open_page(tour, tour.new_page(), "")
    sign_in(due, "due")
    yield Stop("console-due-password", due)
    viewer = open_page(tour, tour.new_page(), "")
    sign_in(viewer, "viewer")
    yield Stop("console-viewer-home", viewer)
    yield Stop("console-viewer-refused", open_page(tour, viewer, "administrators"))


def first_of_each_list(tour: Tour, page: Page) -> Iterator[Stop]:
    open_page(tour, page, "log")
    press(page, ".log td a")
    yield Stop("console-log-event", page)
    open_page(tour, page, "conflicts")
    press(page, ".rows a")
    yield Stop("console-conflict", page)
    press(page, 'a[href*="/merge"]')
    yield Stop("console-merge", page)
    open_page(tour, page, "administrators")
    press(page, '.rows a:has-text("viewer")')
    yield Stop("console-administrator", page)


def people(tour: Tour, page: Page) -> Iterator[Stop]:
    open_page(tour, page, f"accounts?q={quote(lived_in.READER)}")
    press(page, ".people th a")
    account = page.url
    yield Stop("console-account", page)
    for name in ("edit", "switch", "erase"):
        page.goto(f"{account}/{name}")
        yield Stop(f"console-account-{name}", page)
    open_page(tour, page, "accounts")
    page.check(".people [name=chosen] >> nth=0")
    press(page, 'button[value="sign_out"]')
    yield Stop("console-action", page, can_turn=False)
    open_page(tour, page, "accounts/import")
    page.set_input_files("#file", {"name": "people.csv", "mimeType": "text/csv", "buffer": PEOPLE})
    press(page, ".work .form .button.primary")
    yield Stop("console-import-columns", page)
    press(page, 'form[action$="/check"] button')
    page.wait_for_selector('form[action$="/run"]', timeout=30_000)
    yield Stop("console-import-preview", page)
    press(page, 'form[action$="/run"] button')
    page.wait_for_selector('a[href$="/result.csv"]', timeout=30_000)
    yield Stop("console-import-done", page)


def two_in_one(tour: Tour, page: Page) -> Iterator[Stop]:
    """Two people who are merged, and two again; and one of them forgotten."""
    kept, other = (add_person(tour, page, name) for name in (lived_in.TWIN_NAME, "Twin"))
    page.goto(f"{kept}/merge?other={other.rpartition('/')[2]}")
    press(page, 'form[action$="/merge"] button')
    yield Stop("console-merged", page, can_turn=False)
    press(page, 'a[href$="/undo"]')
    yield Stop("console-undo-merge", page)
    press(page, ".work form button.danger, .work form button.primary")
    yield Stop("console-merge-undone", page, can_turn=False)
    page.goto(f"{other}/erase")
    press(page, ".work form button.danger")
    yield Stop("console-erasure-receipt", page)


def add_person(tour: Tour, page: Page, name: str) -> str:
    """The address of their page."""
    open_page(tour, page, "accounts/new")
    page.fill("#name", name)
    press(page, ".work .form .button.primary")
    return page.url.partition("?")[0]


def apis(tour: Tour, page: Page) -> Iterator[Stop]:
    open_page(tour, page, "apis/new")
    press(page, ".work .form .button.primary")
    yield Stop("console-api-refused", page, can_turn=False)
    page.fill("#resource", f"https://{tour.language.lower()}.example/{'loans-' * 12}")
    page.fill("#name_en", f"Loans of {lived_in.LIBRARY_NAME}")
    page.fill("#scopes", "loans:read | Read what you have borrowed | 查看您借阅的图书")
    press(page, ".work .form .button.primary")
    yield Stop("console-api", page)
    yield Stop("console-apis", open_page(tour, page, "apis"))


def refusals(tour: Tour, page: Page) -> Iterator[Stop]:
    for name, path, wrong in (
        ("wechat-app", "wechat-apps/new", "#app_id"),
        ("connection", "connections/new/wechat-miniprogram", "#id"),
        ("application", "applications/new", "#redirect_uris"),
        ("administrator", "administrators/new", "#username"),
        ("group", "groups/new", "#rule_phone"),
        ("webhook", "notifications/new", "#url"),
    ):
        open_page(tour, page, path)
        page.fill(wrong, "Not right")
        press(page, ".work .form .button.primary")
        yield Stop(f"console-{name}-refused", page, can_turn=False)


def trying(tour: Tour, page: Page) -> Iterator[Stop]:
    open_page(tour, page, f"applications/{lived_in.LIBRARY}")
    press(page, 'form[action$="/rotate-secret"] button')
    yield Stop("console-secret", page, can_turn=False)
    open_page(tour, page, f"notifications/{lived_in.WEBHOOK}")
    press(page, 'form[action$="/rotate-secret"] button')
    yield Stop("console-webhook-secret", page, can_turn=False)
    open_page(tour, page, "you/recovery-codes")
    press(page, 'form[action$="/recovery-codes"] button')
    yield Stop("console-recovery-codes", page, can_turn=False)
    open_page(tour, page, f"applications/{WEB_CLIENT}/try")
    if page.locator('input[name=allow][value="1"]').count():
        press(page, 'form[action$="/allow"] button')
    press(page, 'form[action$="/try"] button')
    tour.agree(tour.sign_in(page))
    yield Stop("console-tried", page)


def inviting(tour: Tour, page: Page) -> Iterator[Stop]:
    open_page(tour, page, "administrators/new")
    page.fill("#username", "lin")
    press(page, ".work .form .button.primary")
    yield Stop("console-invitation", page, can_turn=False)
    link = page.input_value("#link")
    yield Stop("console-administrators-invited", open_page(tour, page, "administrators"))
    invited = tour.new_page()
    invited.goto(link)
    yield Stop("console-join", invited)
    yield Stop("console-join-gone", open_page(tour, invited, "join/nothing"))


def signed_in_anew(tour: Tour) -> Page:
    """Forms and secrets ask again who sits there, some minutes after a sign-in."""
    page = open_page(tour, tour.new_page(), "")
    sign_in(page, "owner")
    return page


def open_page(tour: Tour, page: Page, path: str) -> Page:
    page.goto(tour.at(f"/admin/{path}"))
    return page


def sign_in(page: Page, username: str, password: str = lived_in.PASSWORD) -> None:
    page.fill("#username", username)
    page.fill("#password", password)
    press(page, "form:has(#password) button.primary")
