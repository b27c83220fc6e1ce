"""Writes a deployment's values into the mini program: ``make miniprogram SET=https://… APPID=wx…``.

Both languages of ``config`` get them, so that nothing has to be compiled.
"""

import argparse
import re
import sys
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

HERE = Path(__file__).parent
LOOPBACK = ("127.0.0.1", "localhost")


class NotUsable(ValueError):
    """A value that WeChat or Qiao would refuse; the text says what to write instead."""


def deployment(address: str) -> str:
    """The address of Qiao as ``wx.request`` may call it: a host's name over https.

    http is taken for this very computer: the developer tools go there when their check of domains
    is off, as they do with ``make demo``.
    """
    parts = urlsplit(address.rstrip("/"))
    if not parts.hostname or parts.path or parts.query or parts.fragment or "@" in parts.netloc:
        raise NotUsable("SET must be the issuer alone, such as https://login.example.com")
    if parts.hostname not in LOOPBACK:
        if parts.scheme != "https":
            raise NotUsable("SET must begin with https://")
        if is_ip_address(parts.hostname) or parts.port == 443:
            raise NotUsable("SET must be a host name, without :443: WeChat takes no IP address")
    if not re.fullmatch(r"https?://[\w.:-]+", address.rstrip("/"), re.ASCII):
        raise NotUsable("SET has characters that no host name has")
    return address.rstrip("/")


def is_ip_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def app_id(text: str) -> str:
    if not re.fullmatch(r"wx[0-9a-f]{16}", text):
        raise NotUsable("APPID must be the mini program's AppID: wx and 16 of 0-9 and a-f")
    return text


def phone_kind(text: str) -> str:
    if text not in ("quick", "realtime"):
        raise NotUsable("PHONE must be quick or realtime")
    return text


def write(folder: Path, address: str, appid: str, phone: str) -> None:
    """Changes ``config.ts``, ``config.js`` and ``project.config.json`` in a folder."""
    for name in ("config.ts", "config.js"):
        put(folder / name, r'(DEPLOYMENT = )"[^"]*"', address)
        put(folder / name, r'(PHONE_KIND(?:: [^=]+)? = )"[^"]*"', phone)
    put(folder / "project.config.json", r'("appid": )"[^"]*"', appid)


def put(path: Path, place: str, value: str) -> None:
    text, found = re.subn(place, rf'\g<1>"{value}"', path.read_text(encoding="utf-8"))
    if found != 1:
        raise NotUsable(f"{path} is not as it was delivered: {found} places for {value}")
    path.write_text(text, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", help="Qiao's issuer: https://login.example.com")
    parser.add_argument("appid", help="the mini program's AppID")
    parser.add_argument("--phone", default="quick", help="quick or realtime")
    given = parser.parse_args()
    try:
        write(HERE, deployment(given.address), app_id(given.appid), phone_kind(given.phone))
    except ValueError as error:
        sys.exit(str(error))
    sys.stdout.write(f"{given.appid} signs in at {given.address.rstrip('/')}\n")


if __name__ == "__main__":
    main()
