"""django-pyoidc, as its README has it, or with what Qiao says to paste."""

import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.urls import include, path

DOCUMENTED = """
import os

DJANGO_PYOIDC = {
    "sso": {
        "client_id": os.environ["CLIENT_ID"],
        "client_secret": os.environ["CLIENT_SECRET"],
        "provider_discovery_uri": os.environ["ISSUER"],
        "oidc_cache_provider_metadata": True,
        "callback_uri_name": "auth:sso-callback",
        "post_login_uri_success": "/me",
        "post_logout_redirect_uri": "/",
        "scopes": ["openid", "profile", "email"],
    }
}
"""
DATABASE = Path(os.environ["FOLDER"]) / f"db-{os.environ['PORT']}"
sys.modules["app"] = sys.modules["__main__"]


exec(os.environ["PASTED"] or DOCUMENTED, pasted := {})
settings.configure(
    DEBUG=True,
    ALLOWED_HOSTS=["*"],
    SECRET_KEY="only-for-this-test",
    ROOT_URLCONF="app",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": DATABASE}},
    CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
    INSTALLED_APPS=[
        "django.contrib.contenttypes",
        "django.contrib.auth",
        "django.contrib.sessions",
        "django_pyoidc",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    DJANGO_PYOIDC=pasted["DJANGO_PYOIDC"],
)
django.setup()

from django.core.management import call_command
from django_pyoidc.helper import OIDCHelper

call_command("migrate", verbosity=0)
helper = OIDCHelper(op_name="sso")


def me(request):
    if not request.user.is_authenticated:
        return HttpResponse(status=401)
    user = request.user
    name = user.username
    return JsonResponse({"sub": name, "preferred_username": name, "email": user.email})


urlpatterns = [
    path("", lambda request: HttpResponse("home")),
    path("me", me),
    path("bye", lambda request: HttpResponse("<form method=post action=/auth/sso-logout></form>")),
    path("auth/", include((helper.get_urlpatterns(), "django_pyoidc"), namespace="auth")),
]
call_command("runserver", f"127.0.0.1:{os.environ['PORT']}", use_reloader=False)
