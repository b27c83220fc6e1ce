"""What the suite's own browser does on our pages, in the suite's words.

A visit is matched by its address; its tasks follow one another, each on the page that the last one
led to. A page is handed in as the picture that a module wants only where the module wants one: in
other places it would end the module before its real check.
"""

from collections.abc import Mapping
from typing import Any

from tests.conformance.clients import ADA, EVE

SECONDS = 15
LAST = "submission_complete"
"""The id of what the suite's callback page shows when it has taken everything in."""

Task = dict[str, Any]
Visit = dict[str, Any]

OIDCC = "oidcc-"
LOGOUT = "oidcc-rp-initiated-logout-"
FAPI = "fapi2-security-profile-final-"

SIGN_IN, ERROR = "Sign in", "What you can do:"
NOT_BACK, SIGNED_OUT = "we will not send you back", "You are signed out"

LOGIN_PAGES = ("registration-logo-uri", "registration-policy-uri", "registration-tos-uri")
SECOND_LOGINS = ("prompt-login", "max-age-1")
REFUSED = (
    "ensure-registered-redirect-uri",
    "ensure-redirect-uri-in-authorization-request",
    "redirect-uri-query-mismatch",
    "redirect-uri-query-added",
)
REFUSED_PUSHED = (
    "par-attempt-to-use-expired-request_uri",
    "par-attempt-to-use-request_uri-for-different-client",
)
LOGOUT_ASKED = (
    *("bad-post-logout-redirect-uri", "query-added-to-post-logout-redirect-uri"),
    *("modified-id-token-hint", "bad-id-token-hint", "no-id-token-hint"),
)
"""The person is asked, and told that nobody is sent back."""
LOGOUT_DONE = ("no-params", "only-state", "no-post-logout-redirect-uri")


class BrowserTasks:
    """For one plan.

    :param issuer: where our pages are. :param alias: of the plan.
    :param passwords: by user name.
    """

    def __init__(self, issuer: str, alias: str, passwords: Mapping[str, str]) -> None:
        self._issuer = issuer
        self._alias = alias
        self._passwords = passwords

    def usual(self) -> list[Visit]:
        """Signs in as Ada where asked, allows everything, and signs out."""
        leave = self._task("Sign out", "/logout*", press("leave", "optional"), optional=True)
        return [
            self._visit("/authorize*", *self._entrance(), self._arrival("callback", LAST)),
            self._visit("/logout*", leave, self._arrival("post_logout_redirect")),
        ]

    def overrides(self) -> dict[str, Any]:
        """By module: where a page is wanted as a picture, or a person declines."""
        begun = self._visit("/authorize*", *self._entrance(), self._arrival("callback", LAST))
        once = {**begun, "match-limit": 1}
        sign_in, error = self._page("/sign-in/*", SIGN_IN), self._page("*", ERROR)
        refused, shown = self._visit("/authorize*", error), self._visit("/authorize*", sign_in)
        visits = {
            **_each(OIDCC, REFUSED, refused),
            **_each(FAPI, REFUSED_PUSHED, refused),
            FAPI + "par-attempt-reuse-request_uri": [once, refused],
            **_each(OIDCC, LOGIN_PAGES, shown),
            **_each(OIDCC, SECOND_LOGINS, once, self._second_login()),
            FAPI + "user-rejects-authentication": [self._declining()],
            FAPI + "par-ensure-reused-request-uri-prior-to-auth-completion-succeeds": [
                {**self._visit("/authorize*", self._look()), "match-limit": 1},
                begun,
            ],
            **self._logouts(begun),
        }
        return {module: {"browser": list(wanted)} for module, wanted in visits.items()}

    def _logouts(self, begun: Visit) -> dict[str, list[Visit]]:
        asked = self._page("/logout*", NOT_BACK)
        leave = self._task("Sign out", "/logout*", press("leave", "optional"))
        done = self._page("*", SIGNED_OUT)
        return {
            **_each(LOGOUT, LOGOUT_ASKED, begun, self._visit("/logout*", asked)),
            **_each(LOGOUT, LOGOUT_DONE, begun, self._visit("/logout*", leave, done)),
        }

    def _entrance(self, who: str = ADA) -> tuple[Task, Task]:
        allow = self._task("Allow", "/consent/*", press("allow"), optional=True)
        return self._sign_in(who), allow

    def _sign_in(self, who: str, *first: list[Any], optional: bool = True) -> Task:
        commands = (
            *first,
            ["text", "id", "username", who],
            ["text", "id", "password", self._passwords[who]],
            ["click", "css", "form[action$='/password'] button"],
        )
        return self._task("Sign in", "/sign-in/*", *commands, optional=optional)

    def _second_login(self) -> Visit:
        again = self._sign_in(ADA, hand_in(SIGN_IN), optional=False)
        _, allow = self._entrance()
        return self._visit("/authorize*", again, allow, self._arrival("callback", LAST))

    def _declining(self) -> Visit:
        deny = self._task("Deny", "/consent/*", press("deny"))
        return self._visit("/authorize*", self._sign_in(EVE), deny, self._arrival("callback", LAST))

    def _look(self) -> Task:
        return self._task("Look and do nothing", "/sign-in/*")

    def _page(self, path: str, words: str) -> Task:
        return self._task("Hand the page in", path, hand_in(words))

    def _arrival(self, path: str, element: str | None = None) -> Task:
        """The end of a visit: our page may still have to send its form, or to wait for frames."""
        # In the path: the query of our own page may name the same address.
        place = f"^[^?#]*/test/a/{self._alias}/{path}"
        commands: list[list[Any]] = [["wait", "match", place, SECONDS]]
        if element:
            commands.append(["wait", "id", element, SECONDS])
        return {"task": "Arrive at the suite", "match": "*", "commands": commands}

    def _task(self, name: str, path: str, *commands: list[Any], optional: bool = False) -> Task:
        match = path if path == "*" else self._issuer + path
        task: Task = {"task": name, "match": match, "commands": list(commands)}
        return {**task, "optional": True} if optional else task

    def _visit(self, path: str, *tasks: Task) -> Visit:
        return {"match": self._issuer + path, "tasks": list(tasks)}


def press(decision: str, *optional: str) -> list[Any]:
    return ["click", "css", f"button[value={decision}]", *optional]


def hand_in(words: str) -> list[Any]:
    """Waits for a page with these words (a regular expression) and gives it as the picture."""
    return ["wait", "xpath", "//*", SECONDS, words, "update-image-placeholder"]


def _each(family: str, names: tuple[str, ...], *visits: Visit) -> dict[str, list[Visit]]:
    """The same visits for several modules."""
    return {family + name: list(visits) for name in names}
