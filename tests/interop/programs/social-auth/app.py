"""social-auth's OpenIdConnectAuth in Django, as its documents have it, or with what Qiao says."""

import os

import django
from django.conf import settings
from django.core.management import call_command

DOCUMENTED = """
AUTHENTICATION_BACKENDS = ["social_core.backends.open_id_connect.OpenIdConnectAuth"]
SOCIAL_AUTH_OIDC_OIDC_ENDPOINT = os.environ["ISSUER"]
SOCIAL_AUTH_OIDC_KEY = os.environ["CLIENT_ID"]
SOCIAL_AUTH_OIDC_SECRET = os.environ["CLIENT_SECRET"]
"""
pasted = {"os": os}
exec(os.environ["PASTED"] or DOCUMENTED, pasted)
settings.configure(
    SECRET_KEY="only-for-this-test",
    DEBUG=True,
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "social_django",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    DATABASES={
        "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["PORT"] + ".db"}
    },
    LOGIN_REDIRECT_URL="/me",
    SOCIAL_AUTH_OIDC_SCOPE=["offline_access"],
    **{name: value for name, value in pasted.items() if name.isupper()},
)
django.setup()

from django.contrib.auth import logout as forget
from django.http import HttpResponse, JsonResponse
from django.urls import include, path
from social_django.utils import load_strategy

FORM = "<form method=post action=/login/oidc/><button>Sign in</button></form>"


def me(request):
    user = request.user
    if not user.is_authenticated:
        return JsonResponse({}, status=401)
    known = user.social_auth.get()
    return JsonResponse(
        {"sub": known.uid, "preferred_username": user.username, "email": user.email}
    )


def refresh(request):
    request.user.social_auth.get().refresh_token(load_strategy(request))
    return HttpResponse("refreshed")


def logout(request):
    forget(request)
    return HttpResponse("bye")


urlpatterns = [
    path("", lambda request: HttpResponse(FORM)),
    path("me", me),
    path("refresh", refresh),
    path("logout", logout),
    path("", include("social_django.urls", namespace="social")),
]
call_command("migrate", verbosity=0)
call_command("runserver", f"127.0.0.1:{os.environ['PORT']}", use_reloader=False)
