"""What is left to do in WeChat's consoles once a connection is saved, with values to copy.

The same steps stand in docs/wechat-setup.md, in the same order.
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

from federation.setup import Setup, Step
from federation.source import BindingWords
from federation.translation import N_
from federation.wechat.mini_program import PAGE
from federation.wechat.refusal_sentences import REFUSALS, REFUSED_UNKNOWN

NOT_LISTED = 40164
"""WeChat's errcode for an address that is not in the IP whitelist."""
DAY = 86400
BINDING = BindingWords(
    check=N_("Check UnionID"),
    unknown=N_("Nobody has signed in through this app yet. Sign in once, then ask again."),
    unbound=N_(
        "People signed in, but WeChat gave no UnionID: bind this app at the Open Platform "
        "(Management centre), then sign in once more."
    ),
    unlabelled=N_(
        "WeChat gives UnionIDs. Name the Open Platform account below, so that people are "
        "known across its apps."
    ),
    bound=N_("WeChat gives UnionIDs: this app is bound to an Open Platform account."),
)


def mini_program_steps(setup: Setup) -> Iterator[Step]:
    """In the order in which somebody goes through the consoles."""
    original_id = setup.credential["original_id"]
    yield _secret_step(setup, N_("mp.weixin.qq.com, Development settings: AppID and AppSecret"))
    yield Step(
        N_("Original ID"),
        N_("Needed for apps that launch the mini program; enter it at the WeChat app."),
        original_id,
        bool(original_id),
    )
    yield Step(
        N_("Request domain"),
        N_("mp.weixin.qq.com, Settings, Server domains: request"),
        setup.issuer,
    )
    yield _addresses_step(setup)
    yield Step(
        N_("Page of the mini program"),
        N_("It has to exist in the version that you publish."),
        PAGE,
    )
    if setup.asks_phone:
        yield from _phone_steps()
    yield _binding_step(setup)
    yield _store_step()
    yield from _push_steps(setup)


def mobile_steps(setup: Setup) -> Iterator[Step]:
    yield _secret_step(setup, N_("open.weixin.qq.com, Mobile apps: AppID and AppSecret"))
    yield Step(
        N_("AppID for the WeChat SDK"),
        N_("Register the SDK in your app with it (and with your Universal Link on iOS)."),
        setup.credential.id,
    )
    yield Step(
        N_("Bundle id and signature"),
        N_("open.weixin.qq.com, Mobile app: they must be those of the app that you ship."),
    )
    yield _store_step()
    yield _binding_step(setup)
    yield from _push_steps(setup)


def website_steps(setup: Setup) -> Iterator[Step]:
    """WeChat's own pages look at the host of our address alone."""
    yield _secret_step(setup, N_("open.weixin.qq.com, Websites: AppID and AppSecret"))
    yield _callback_step(setup)
    yield _binding_step(setup)
    yield from _push_steps(setup)


def official_steps(setup: Setup) -> Iterator[Step]:
    yield _secret_step(setup, N_("mp.weixin.qq.com, Basic configuration: AppID and AppSecret"))
    yield Step(
        N_("Domain verification file"),
        N_("WeChat hands out MP_verify_….txt: upload it under Connections before the next step."),
    )
    yield _callback_step(setup)
    yield _addresses_step(setup)
    yield _binding_step(setup)
    yield from _push_steps(setup)


def _secret_step(setup: Setup, where: str) -> Step:
    """Whoever has signed in has proven it; a refusal says what is wrong."""
    fault, credential = setup.facts.fault, setup.credential
    refused = fault is not None and str(fault) != str(NOT_LISTED)
    proven = setup.facts.binding not in (None, "unknown")
    found = _about(fault) if refused else ""
    done = False if refused or not credential.is_usable else (proven or None)
    return Step(N_("AppID and AppSecret"), where, credential.id, done, found=found)


def _addresses_step(setup: Setup) -> Step:
    """WeChat does not say that the list is right, only that an address is not in it."""
    missing = str(setup.facts.fault) == str(NOT_LISTED)
    return Step(
        N_("IP whitelist"),
        N_("Development settings: where it is on, the addresses that this server calls out from."),
        done=False if missing else None,
        found=_about(NOT_LISTED) if missing else "",
    )


def _about(fault: object) -> str:
    known = {str(code): sentence for code, sentence in REFUSALS.items()}
    return known.get(str(fault), REFUSED_UNKNOWN)


def _callback_step(setup: Setup) -> Step:
    return Step(
        N_("Callback domain"),
        N_("The website app's or official account's settings: the domain alone, no https://"),
        urlsplit(setup.issuer).netloc,
    )


def _phone_steps() -> Iterator[Step]:
    yield Step(
        N_("Privacy guide"),
        N_(
            "mp.weixin.qq.com, Settings, Service content declaration: say in the user privacy "
            "guide that the phone number is read, and what for. Without it the button fails (112)."
        ),
    )
    yield Step(
        N_("Phone number quota"),
        N_(
            "mp.weixin.qq.com, Paid services: 1,000 numbers are free, then each one costs. The "
            "trial and development versions use them up too."
        ),
    )


def _binding_step(setup: Setup) -> Step:
    state = setup.facts.binding or "unknown"
    return Step(
        N_("UnionID"),
        N_("open.weixin.qq.com, Management centre: bind this app to your Open Platform account."),
        done={"bound": True, "unbound": False, "unlabelled": False}.get(state),
        found=getattr(BINDING, state),
    )


def _store_step() -> Step:
    return Step(
        N_("Listing in a store"),
        N_(
            "Until your app is listed in a store and the Open Platform knows it, WeChat allows it "
            "100 launches a day and 100 people."
        ),
    )


def _push_steps(setup: Setup) -> Iterator[Step]:
    credential = setup.credential
    if not credential.id:
        return
    token = credential["push_token"]
    yield Step(
        N_("Push URL"),
        N_(
            "Message push, secure mode, JSON; with the token and key that are set at the WeChat app"
        ),
        f"{setup.issuer}/federation/v1/push/{credential.id}",
        _is_pushed(setup),
        found=_push_found(setup),
    )
    if token:
        yield Step(
            N_("Push token"), N_("The same as stands at the WeChat app."), token, confidential=True
        )


def _is_pushed(setup: Setup) -> bool | None:
    """A push is rare: nothing for a day says nothing, where the token and key are there."""
    if not (setup.credential["push_token"] and setup.credential["push_key"]):
        return False
    pushed, refused = setup.facts.pushed, setup.facts.refused
    if refused is not None and (pushed is None or refused < pushed):
        return False
    return pushed is not None or None


def _push_found(setup: Setup) -> str:
    pushed, refused = setup.facts.pushed, setup.facts.refused
    if refused is not None and (pushed is None or refused < pushed):
        return N_("The last push was refused: compare token and key; the log says why.")
    if pushed is None:
        return N_("No push has come yet. Saving the URL in WeChat's console sends one.")
    if pushed < DAY:
        return N_("A push came within the last day.")
    return N_("A push has come, but none within the last day.")
