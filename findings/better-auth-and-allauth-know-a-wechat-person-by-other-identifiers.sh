#!/usr/bin/env bash
# One would guess that libraries which prefer the unionid of WeChat go on knowing people when an app is
# bound to the Open Platform later, as the openid stays what it was. better-auth takes the unionid where
# there is one and the openid otherwise, and remembers one of them: on the day of the binding everybody's
# identifier changes, and their old accounts wait for nobody. One would also guess that django-allauth
# joins what one person does at a website and on an official account of one owner. It looks at the openid
# alone, which differs by app, though WeChat gave both the same unionid.
# Source: @better-auth/core social-providers/wechat (accountSubject); allauth's weixin/provider.py
# (extract_uid); WeChat's page on UnionID.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund better-auth@1.7.25 >/dev/null
python3 -m venv venv
venv/bin/pip -q --disable-pip-version-check install "django-allauth[socialaccount]==65.22.1" django==5.2.19
cat > subject.mjs <<'JS'
import { wechat } from 'better-auth/social-providers';

const provider = wechat({ clientId: 'wx0123456789abcdef', clientSecret: 's' });
const subject = (profile) => provider.accountSubject({ profile });
console.log('better-auth before the binding:', subject({ openid: 'openid-at-website' }));
console.log('better-auth after the binding:', subject({ openid: 'openid-at-website', unionid: 'unionid' }));
JS
cat > subject.py <<'PYTHON'
import django
from django.conf import settings

settings.configure(
    INSTALLED_APPS=[
        "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sites",
        "allauth", "allauth.account", "allauth.socialaccount",
        "allauth.socialaccount.providers.weixin",
    ],
    MIDDLEWARE=["allauth.account.middleware.AccountMiddleware"],
    SITE_ID=1,
)
django.setup()
from allauth.socialaccount.providers.weixin.provider import WeixinProvider

for app in ("website", "official-account"):
    person = {"openid": f"openid-at-{app}", "unionid": "unionid"}
    print(f"django-allauth at the {app}:", WeixinProvider.extract_uid(None, person))
PYTHON
echo "better-auth 1.7.25, django-allauth 65.22.1"
{ node subject.mjs && venv/bin/python subject.py; } | tee seen
grep -q "^better-auth before the binding: openid-at-website$" seen
grep -q "^better-auth after the binding: unionid$" seen
grep -q "^django-allauth at the website: openid-at-website$" seen
grep -q "^django-allauth at the official-account: openid-at-official-account$" seen
