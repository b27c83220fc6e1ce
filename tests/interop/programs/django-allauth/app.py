"""django-allauth's openid_connect provider as its documents have it, or with what Qiao says."""

import os

import django
from django.conf import settings
from django.core.management import call_command

DOCUMENTED = """
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [{
    "provider_id": "qiao", "name": "Qiao",
    "client_id": os.environ["CLIENT_ID"], "secret": os.environ["CLIENT_SECRET"],
    "settings": {"server_url": os.environ["ISSUER"] + "/.well-known/openid-configuration"},
}]}}
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
        "django.contrib.messages",
        "django.contrib.sessions",
        "allauth",
        "allauth.account",
        "allauth.socialaccount",
        "allauth.socialaccount.providers.openid_connect",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "allauth.account.middleware.AccountMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
    AUTHENTICATION_BACKENDS=["allauth.account.auth_backends.AuthenticationBackend"],
    DATABASES={
        "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["PORT"] + ".db"}
    },
    LOGIN_REDIRECT_URL="/me",
    SOCIALACCOUNT_LOGIN_ON_GET=True,
    SOCIALACCOUNT_PROVIDERS=pasted["SOCIALACCOUNT_PROVIDERS"],
    EMAIL_BACKEND="django.core.mail.backends.console.EmailBackend",
)
django.setup()

from django.http import HttpResponse, JsonResponse
from django.urls import include, path


def me(request):
    user = request.user
    if not user.is_authenticated:
        return JsonResponse({}, status=401)
    account = user.socialaccount_set.get()
    return JsonResponse(
        {"sub": account.uid, "preferred_username": user.username, "email": user.email}
    )


urlpatterns = [
    path("", lambda request: HttpResponse("home")),
    path("me", me),
    path("accounts/", include("allauth.urls")),
]
call_command("migrate", verbosity=0)
call_command("runserver", f"127.0.0.1:{os.environ['PORT']}", use_reloader=False)
