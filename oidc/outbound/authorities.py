"""Whose certificates the provider believes when it connects to somebody else's server."""

import ssl


def system_authorities() -> str | None:
    """A file or folder with the system's certificate authorities; None where it has none."""
    paths = ssl.get_default_verify_paths()
    return paths.cafile or paths.capath


def _bundle() -> str:
    from requests.utils import DEFAULT_CA_BUNDLE_PATH  # loaded where it is wanted

    return DEFAULT_CA_BUNDLE_PATH


def system_tls() -> ssl.SSLContext:
    """The system's certificate authorities, or those that come with requests where it has none."""
    context = ssl.create_default_context(cafile=None if system_authorities() else _bundle())
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
