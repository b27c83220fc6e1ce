"""mozilla-django-oidc as its "quick start" has it, or with what Qiao says to paste."""

import os

import django
from django.conf import settings
from django.core.management import call_command

QUICK_START = """
OIDC_RP_CLIENT_ID = os.environ["CLIENT_ID"]
OIDC_RP_CLIENT_SECRET = os.environ["CLIENT_SECRET"]
OIDC_OP_AUTHORIZATION_ENDPOINT = os.environ["ISSUER"] + "/authorize"
OIDC_OP_TOKEN_ENDPOINT = os.environ["ISSUER"] + "/token"
OIDC_OP_USER_ENDPOINT = os.environ["ISSUER"] + "/userinfo"
OIDC_OP_JWKS_ENDPOINT = os.environ["ISSUER"] + "/jwks"
OIDC_RP_SIGN_ALGO = "RS256"
"""
pasted = {"os": os}
exec(os.environ["PASTED"] or QUICK_START, pasted)
settings.configure(
    SECRET_KEY="only-for-this-test",
    DEBUG=True,
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "mozilla_django_oidc",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    AUTHENTICATION_BACKENDS=["mozilla_django_oidc.auth.OIDCAuthenticationBackend"],
    DATABASES={
        "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["PORT"] + ".db"}
    },
    LOGIN_REDIRECT_URL="/me",
    LOGIN_REDIRECT_URL_FAILURE="/failed",
    **{name: value for name, value in pasted.items() if name.startswith("OIDC_")},
)
django.setup()

from django.http import HttpResponse, JsonResponse
from django.urls import include, path


def me(request):
    user = request.user
    if not user.is_authenticated:
        return JsonResponse({}, status=401)
    return JsonResponse({"sub": user.username, "email": user.email, "name": user.first_name})


urlpatterns = [
    path("", lambda request: HttpResponse("home")),
    path("me", me),
    path("failed", lambda request: HttpResponse("not signed in", status=403)),
    path("oidc/", include("mozilla_django_oidc.urls")),
]
call_command("migrate", verbosity=0)
call_command("runserver", f"127.0.0.1:{os.environ['PORT']}", use_reloader=False)
