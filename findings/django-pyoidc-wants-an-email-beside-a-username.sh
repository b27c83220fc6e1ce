#!/usr/bin/env bash
# One would guess that django-pyoidc's default way of finding people takes in somebody who has a
# preferred_username and no e-mail address: the first is what it makes the user name of, and it asks
# for an address only where there is no user name ("Cannot extract username or email"). But it looks
# for, and creates, a user whose e-mail is None, which Django's own User has no place for: each
# sign-in of such a person is an IntegrityError. Only a hook (hook_get_user) takes them in.
# Source: django_pyoidc/__init__.py (get_user_by_email); Django's AbstractUser (email: blank, not null).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q --disable-pip-version-check install django-pyoidc==1.0.13 django==5.2.19
"$folder/venv/bin/python" - <<'PYTHON' | tee "$folder/seen"
from importlib.metadata import version

import django
from django.conf import settings

settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth"],
)
django.setup()
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django_pyoidc import get_user_by_email

call_command("migrate", verbosity=0)
print("django-pyoidc", version("django-pyoidc"), "django", django.__version__)
PEOPLE = {
    "both": {"preferred_username": "li.lei", "email": "li.lei@example.com"},
    "e-mail alone": {"email": "mei@example.com"},
    "name alone": {"preferred_username": "mei"},
}
for told, claims in PEOPLE.items():
    try:
        with transaction.atomic():
            user = get_user_by_email({"id_token_claims": claims, "info_token_claims": {}})
        print(told, "is", user.username)
    except IntegrityError as error:
        print(told, "is", type(error).__name__, error)
PYTHON
grep -qF 'both is li.lei' "$folder/seen"
grep -qF 'e-mail alone is mei@example.com' "$folder/seen"
grep -qF 'name alone is IntegrityError NOT NULL constraint failed: auth_user.email' "$folder/seen"
