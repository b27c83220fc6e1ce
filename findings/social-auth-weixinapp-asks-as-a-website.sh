#!/usr/bin/env bash
# One would guess that social-auth's backend for pages inside WeChat, weixinapp, asks official accounts
# for one of their scopes, snsapi_base or snsapi_userinfo, and that SOCIAL_AUTH_WEIXINAPP_SCOPE chooses
# which. It inherits snsapi_login, which is for websites alone, from its sibling, and the setting adds
# to that: WeChat's page refuses both (10005). Only IGNORE_DEFAULT_SCOPE leaves one scope that it takes.
# Source: social_core.backends.weixin; WeChat's page on web authorization (scope, error 10005).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q --disable-pip-version-check install social-auth-core==7.0.0
"$folder/venv/bin/python" - <<'PYTHON' | tee "$folder/seen"
from importlib.metadata import version

from social_core.backends.weixin import WeixinOAuth2APP
from social_core.strategy import BaseStrategy

print("social-auth-core", version("social-auth-core"))


class Strategy(BaseStrategy):
    """What a framework keeps: settings here, and nothing else that is asked for."""

    def __init__(self, settings):
        super().__init__(storage=None)
        self.settings = settings

    def get_setting(self, name):
        return self.settings[name]

    def request_data(self, merge=True):
        return {}

    def build_absolute_uri(self, path=None):
        return path


def scope(**more):
    """The parameter that the backend adds to WeChat's address."""
    settings = {f"SOCIAL_AUTH_WEIXINAPP_{name}": value for name, value in more.items()}
    return WeixinOAuth2APP(Strategy(settings)).get_scope_argument()["scope"]


print("by itself:", scope())
print("with SCOPE:", scope(SCOPE=["snsapi_userinfo"]))
print("with SCOPE and IGNORE_DEFAULT_SCOPE:", scope(SCOPE=["snsapi_userinfo"], IGNORE_DEFAULT_SCOPE=True))
PYTHON
grep -q "^by itself: snsapi_login$" "$folder/seen"
grep -q "^with SCOPE: .*snsapi_login" "$folder/seen"
grep -q "^with SCOPE and IGNORE_DEFAULT_SCOPE: snsapi_userinfo$" "$folder/seen"
