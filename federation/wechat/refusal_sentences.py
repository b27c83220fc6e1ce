"""What WeChat's error numbers ask an administrator to do."""

from collections.abc import Mapping

from federation.credentials import ErrorCode
from federation.translation import N_

REFUSALS: Mapping[ErrorCode, str] = {
    -1: N_("WeChat is busy; try again in a moment."),
    40001: N_("WeChat does not know this AppSecret. Reset it in the console and replace it here."),
    40002: N_("This kind of app may not do that. Check that the kind is right."),
    40013: N_("WeChat does not know this AppID. Compare it with the console, letter by letter."),
    40029: N_("The one-time code was used, had expired, or belongs to another app."),
    40163: N_("The one-time code was used before."),
    40125: N_("WeChat does not know this AppSecret. Reset it in the console and replace it here."),
    40164: N_(
        "This server's address is not in the IP whitelist. Add it in the console under "
        "Development settings."
    ),
    40226: N_("WeChat blocks this person because of a high risk."),
    40243: N_("The AppSecret is frozen. Unfreeze it in the console."),
    41004: N_("The AppSecret is missing. Replace it here."),
    45009: N_("The day's quota is used up. It begins anew at midnight in China."),
    45011: N_("Too many calls in a minute. It works again by itself."),
    48001: N_("This app is not allowed to use the interface. Check its verification."),
    50004: N_("WeChat forbids this app to get tokens."),
    50007: N_("WeChat has frozen this account. See the notices in the console."),
    89503: N_("An administrator of the app must confirm the call in WeChat."),
    89506: N_("An administrator of the app refused the call. Wait 24 hours."),
    89507: N_("An administrator of the app refused the call. Wait an hour."),
}
REFUSED = N_("WeChat refused the credential.")
REFUSED_UNKNOWN = N_("WeChat refused; look the number up in its documents.")
