"""Settings that can be read and still are not wise."""

from collections.abc import Iterator

from app.management.cli.deployment import settings
from app.management.cli.doctor.finding import Finding, fail, ok, warn


def check_settings() -> Iterator[Finding]:
    """They were read, or this command would not run; here is what they add up to."""
    yield ok("settings", f"The issuer is {settings().issuer}.")
    if not settings().secure:
        yield warn(
            "settings",
            "The issuer is not https: good for this machine alone.",
            "Set QIAO_ISSUER to the https address that browsers use.",
        )
    if settings().registration == "open":
        yield warn(
            "settings",
            "Anybody may register applications.",
            "Set QIAO_REGISTRATION=token or off unless that is meant.",
        )
    if settings().local_login:
        yield warn(
            "settings",
            "People may sign in with local passwords.",
            "Set QIAO_LOCAL_LOGIN=0 unless that is meant.",
        )


def check_sandbox() -> Iterator[Finding]:
    if not settings().wechat_sandbox:
        yield ok("sandbox", "Sign-ins go to WeChat itself.")
    elif settings().secure:
        yield fail(
            "sandbox",
            "Whoever runs the sandbox can sign in as anybody, and this looks like production.",
            "Unset QIAO_WECHAT_SANDBOX, QIAO_WECHAT_API_BASE and QIAO_WECHAT_OPEN_BASE.",
        )
    else:
        yield warn(
            "sandbox",
            f"Sign-ins go to a sandbox at {settings().wechat_api_base}.",
            "Unset QIAO_WECHAT_SANDBOX before real people sign in.",
        )


def check_proxies() -> Iterator[Finding]:
    count, networks = settings().trusted_proxies, settings().trusted_proxy_networks
    if networks:
        yield ok("proxies", f"Proxies in {', '.join(networks)} are trusted, and no others.")
    elif settings().secure and count == 0:
        yield warn(
            "proxies",
            "The issuer is https and no proxy is trusted: every person has the proxy's address, "
            "and shares its rate limits.",
            "Set QIAO_TRUSTED_PROXY_NETWORKS to where the proxies are, or QIAO_TRUSTED_PROXIES to "
            "their number (most often 1).",
        )
    elif count > 3:
        yield warn(
            "proxies",
            f"{count} proxies are trusted; with fewer in front, people can forge their address.",
            "Count the proxies that add to X-Forwarded-For and set QIAO_TRUSTED_PROXIES to that; "
            "better, name their networks in QIAO_TRUSTED_PROXY_NETWORKS.",
        )
    elif not settings().secure and count:
        yield warn(
            "proxies",
            "Proxies are trusted on an issuer that is not https.",
            "Unset QIAO_TRUSTED_PROXIES where nothing stands in front.",
        )
    else:
        yield ok("proxies", f"{count or 'No'} proxies are trusted.")
