"""Where WeChat is, and for how long it may keep us waiting."""

from dataclasses import dataclass
from urllib.parse import urlsplit

API_BASE = "https://api.weixin.qq.com"
OPEN_BASE = "https://open.weixin.qq.com"
API_HOSTS = (
    "api.weixin.qq.com",
    "api2.weixin.qq.com",
    "sh.api.weixin.qq.com",
    "sz.api.weixin.qq.com",
    "hk.api.weixin.qq.com",
)
OPEN_HOSTS = ("open.weixin.qq.com",)


@dataclass(frozen=True)
class WeChatSettings:
    """Base URLs without a trailing slash; timeouts in seconds.

    Whoever answers at ``api_base`` decides who is signed in, so anything but WeChat itself is
    refused (``ValueError``, all problems at once) unless ``sandbox`` says that this is a test.
    """

    api_base: str = API_BASE
    open_base: str = OPEN_BASE
    sandbox: bool = False
    connect_timeout: float = 3.0
    total_timeout: float = 8.0

    def __post_init__(self) -> None:
        problems = [
            *self._base_problems("api_base", self.api_base, API_HOSTS),
            *self._base_problems("open_base", self.open_base, OPEN_HOSTS),
        ]
        if not 0 < self.connect_timeout <= self.total_timeout:
            problems.append("connect_timeout must be above 0 and at most total_timeout")
        if problems:
            raise ValueError("; ".join(problems))

    def _base_problems(self, name: str, value: str, hosts: tuple[str, ...]) -> list[str]:
        if self.sandbox:
            if urlsplit(value).scheme in ("http", "https") and not value.endswith("/"):
                return []
            return [f"{name} must be an http or https URL without a trailing slash"]
        if value in [f"https://{host}" for host in hosts]:
            return []
        return [f"{name} is not WeChat's: use https://{hosts[0]}, or turn the sandbox on"]
