"""What a person reads when something went wrong: a text for each code, and the status with it.

There are three vocabularies, which share words and mean other things by them: the codes of OAuth,
those of the upstream sources, and our own. Each has a table. ``%(source)s`` stands for the source
that the error is about; codes that only one source has are told by texts of its own declaration.

A text says what happened, that nothing was lost where that is so, and what to do now. It never
says why in the machine's words: those go to the log, next to the request id on the page.
"""

from collections.abc import Mapping
from typing import NamedTuple

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from app.pages.connections import name_of
from federation.source import Source

Sentence = LazyString | str


class ErrorText(NamedTuple):
    """:param status: the HTTP status that it is sent with."""

    status: int
    title: Sentence
    happened: Sentence
    advice: Sentence
    kept: Sentence = ""


Texts = Mapping[str, ErrorText]
_INTACT = _("Nothing was lost: your sign-in can go on from here.")
_NOT_SIGNED_IN = _("You were not signed in, and nothing was changed.")
_FROM_THE_START = _("Go back to the application and sign in again from there.")
_TELL_THEM = _(
    "Tell the people who run the application; the request number below helps them to find it."
)

_APPLICATION_MISTAKE = ErrorText(
    400,
    _("The application made a mistake"),
    _("It sent you here with a request that we cannot accept, and we must not send you back."),
    _TELL_THEM,
    _NOT_SIGNED_IN,
)
_APPLICATION_STOPPED = _APPLICATION_MISTAKE._replace(
    title=_("Nobody can sign in to this application now"),
    happened=_("The people who run this server stopped or removed it, or it was never known here."),
)
_EXPIRED = ErrorText(
    410,
    _("This sign-in took too long"),
    _("A sign-in has to be finished within a while, and this one was not."),
    _FROM_THE_START,
    _NOT_SIGNED_IN,
)
_TICKET_GONE = ErrorText(
    404,
    _("This code can no longer be used"),
    _("It has expired, was declined, or was used already."),
    _("Get a new code and scan it."),
    _INTACT,
)
_NOT_BELIEVED = ErrorText(
    502,
    _("The answer of %(source)s could not be verified"),
    _("It was not meant for this sign-in, or somebody has changed it on the way."),
    _("Try again. If it happens again, tell whoever runs this service."),
    _NOT_SIGNED_IN,
)
_NO_ACCOUNT = ErrorText(
    403,
    _("No account here belongs to this %(source)s"),
    _("This way of signing in is only for people who already have an account."),
    _("Sign in another way, or ask the people who run the application for an account."),
    _("Nothing was created, and nothing was changed."),
)
_NOT_AVAILABLE = ErrorText(
    503,
    _("This way of signing in is not available"),
    _("The people who run this service have to mend something about it."),
    _("Sign in another way, or come back later."),
    _INTACT,
)
_NOT_ENABLED = ErrorText(
    403,
    _("This way of signing in is not available"),
    _("It is switched off, or is not meant for this application."),
    _("Sign in another way, or ask the people who run the application."),
    _INTACT,
)
_OURS = ErrorText(
    500,
    _("Something went wrong on our side"),
    _("It stands in our log, under the request number below."),
    _("Try again in a moment. If it happens again, tell us the request number below."),
    _("Nothing was changed."),
)
_TOO_MANY = ErrorText(
    429,
    _("Too many tries"),
    _("There were too many requests from here in a short time."),
    _("Wait a minute and try again."),
    _INTACT,
)

OAUTH: Texts = {
    "logout_refused": _APPLICATION_MISTAKE._replace(
        happened=_("It asked to sign you out with a request that we cannot accept, so nobody was."),
        kept=_("Nothing was changed: whoever is signed in somewhere still is."),
    ),
    "access_denied": ErrorText(
        400,
        _("The sign-in was declined"),
        _("What the application asked for was not allowed."),
        _FROM_THE_START,
        _NOT_SIGNED_IN,
    ),
    "application_gone": _APPLICATION_STOPPED,
    "temporarily_unavailable": ErrorText(
        503,
        _("We cannot look this application up at the moment"),
        _("Too many applications that are new here were looked up in a short time."),
        _("Wait a minute and try again."),
        _NOT_SIGNED_IN,
    ),
    "slow_down": _TOO_MANY,
    "server_error": _OURS,
}
"""Codes of OAuth and OpenID Connect, for what the provider cannot send back to the application. All
others are mistakes of the application."""

UPSTREAM: Texts = {
    "access_denied": ErrorText(
        403,
        _("%(source)s does not let you sign in"),
        _("%(source)s refused to confirm who you are."),
        _("Look for a message from %(source)s in the app, or sign in another way."),
        _INTACT,
    ),
    "code_rejected": ErrorText(
        400,
        _("The confirmation of %(source)s was no longer valid"),
        _("It can be used once and only for a short time."),
        _("Try again; %(source)s will give a new one."),
        _INTACT,
    ),
    "not_believed": _NOT_BELIEVED,
    "another_answered": _NOT_BELIEVED._replace(status=400),
    "temporarily_unavailable": ErrorText(
        503,
        _("%(source)s is not answering at the moment"),
        _("We asked %(source)s and got no usable answer in time."),
        _("Wait a moment and try again."),
        _INTACT,
    ),
    "not_available": _NOT_AVAILABLE,
    "ticket_unknown": _TICKET_GONE,
    "ticket_expired": _TICKET_GONE._replace(status=410),
    "ticket_used": _TICKET_GONE._replace(status=409),
    "ticket_denied": ErrorText(
        409,
        _("Ended on the phone"),
        _("Somebody chose not to sign in there, or picked a wrong number."),
        _("If that was you by mistake, get a new code and scan it."),
        _NOT_SIGNED_IN,
    ),
    "ticket_pending": ErrorText(
        409,
        _("Not confirmed yet"),
        _("The phone has not confirmed this sign-in so far."),
        _("Confirm it in %(source)s, then go back to the code and press the button again."),
        _INTACT,
    ),
    "ticket_mismatch": ErrorText(
        403,
        _("This code belongs to another browser"),
        _("For your safety only the browser that shows a code can be signed in with it."),
        _("Get a code in this browser and scan it."),
        _NOT_SIGNED_IN,
    ),
}
"""Codes of `federation.errors`: the sources and the code to scan."""

OWN: Texts = {
    "interaction_expired": _EXPIRED,
    "interaction_unknown": ErrorText(
        404,
        _("There is no such sign-in"),
        _("The address is not complete, or the sign-in ended a while ago."),
        _FROM_THE_START,
        _NOT_SIGNED_IN,
    ),
    "interaction_application_gone": _APPLICATION_STOPPED._replace(status=410),
    "interaction_used": ErrorText(
        410,
        _("This sign-in is already finished"),
        _("You have probably come back to it with the browser's Back button."),
        _FROM_THE_START,
        _("Nothing was changed."),
    ),
    "interaction_other_browser": ErrorText(
        403,
        _("This sign-in was begun in another browser"),
        _("For your safety it can only go on in the browser where it began, with cookies allowed."),
        _FROM_THE_START,
        _NOT_SIGNED_IN,
    ),
    "expired": _EXPIRED,
    "not_enabled": _NOT_ENABLED,
    "key_of_other": ErrorText(
        409,
        _("This %(source)s belongs to another account"),
        _("While you were answering, another account here was connected with this %(source)s."),
        _("Sign in again with %(source)s, or ask the people who run the application."),
        _("Nothing was changed."),
    ),
    "signed_out_meanwhile": ErrorText(
        403,
        _("You are no longer signed in"),
        _("Your session ended while you were in %(source)s, so nothing could be connected."),
        _("Sign in to your account and try again."),
        _("Nothing was changed."),
    ),
    "proof_unknown": ErrorText(
        403,
        _("No account here knows this %(source)s either"),
        _("It cannot show which account is yours."),
        _("Go back and use a %(source)s that is connected with your account, or your password."),
        _INTACT,
    ),
    "login_only": _NO_ACCOUNT,
    "sign_up_closed": _NO_ACCOUNT,
    "passkey_elsewhere": ErrorText(
        403,
        _("Your passkey does not open this application"),
        _("It belongs to your account, but the application lets people in by other ways alone."),
        _("Sign in once by one of its ways; from then on the passkey is enough here, too."),
        _INTACT,
    ),
    "account_disabled": ErrorText(
        403,
        _("This account is switched off"),
        _("An administrator has switched it off."),
        _("Ask the people who run the application."),
        _NOT_SIGNED_IN,
    ),
    "not_found": ErrorText(
        404,
        _("There is nothing here"),
        _("The address is wrong, or what was here is gone."),
        _("Check the address, or go back to the application."),
    ),
    "method_not_allowed": ErrorText(
        405,
        _("This page cannot be opened like that"),
        _("The address exists, but not for this kind of request."),
        _("Go back to the application and begin again from there."),
    ),
    "too_large": ErrorText(
        413,
        _("That was too much"),
        _("The request was larger than we accept."),
        _("Go back and send less; a file of people in parts, or by the command line."),
    ),
    "slow_down": _TOO_MANY,
    "form_expired": ErrorText(
        400,
        _("This form was open for too long"),
        _("We could not make sure that it was you who sent it."),
        _("Go back, reload the page and send the form again. Cookies must be allowed."),
        _("Nothing was changed."),
    ),
    "service_unavailable": ErrorText(
        503,
        _("We cannot answer at the moment"),
        _("A part of this service is being restarted or is too busy."),
        _("Wait a few seconds and try again."),
        _INTACT,
    ),
    "server_error": _OURS,
}
"""Our own: sign-ins that cannot go on, refusals by our rules, and what HTTP itself refuses."""


def text_for(texts: Texts, code: str, source: Source | None) -> ErrorText:
    """The text for a code of one of the tables.

    :param source: the one that the error is about; it may have texts for further codes.
    """
    own = source.texts.get(code) if source is not None and texts is UPSTREAM else None
    if own is not None:
        title, happened, advice = map(gettext, (own.title, own.happened, own.advice))
        return ErrorText(403, title, happened, advice, _INTACT)
    found = texts.get(code, _APPLICATION_MISTAKE if texts is OAUTH else _OURS)
    named = {"source": name_of(source)}
    return ErrorText(found.status, *(str(one) % named for one in found[1:]))
