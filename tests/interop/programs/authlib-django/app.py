"""Authlib's Django client, as its documents have it."""

import os
from urllib.parse import urlencode

import django
from django.conf import settings
from django.core.management import call_command

settings.configure(
    SECRET_KEY="only-for-this-test",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware"],
    INSTALLED_APPS=["django.contrib.sessions"],
    SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
    CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
    DEBUG=True,
    AUTHLIB_OAUTH_CLIENTS={
        "qiao": {
            "client_id": os.environ["CLIENT_ID"],
            "client_secret": os.environ["CLIENT_SECRET"],
        }
    },
)
django.setup()

from authlib.integrations.django_client import OAuth
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import path

oauth = OAuth()
oauth.register(
    "qiao",
    server_metadata_url=f"{os.environ['ISSUER']}/.well-known/openid-configuration",
    client_kwargs={"scope": "openid profile email", "code_challenge_method": "S256"},
)


def login(request):
    return oauth.qiao.authorize_redirect(request, os.environ["REDIRECT_URI"])


def callback(request):
    token = oauth.qiao.authorize_access_token(request)
    request.session["user"] = dict(token["userinfo"])
    request.session["id_token"] = token["id_token"]
    return redirect("/me")


def me(request):
    user = request.session.get("user")
    return JsonResponse(user or {}, status=200 if user else 401)


def logout(request):
    query = {
        "id_token_hint": request.session["id_token"],
        "post_logout_redirect_uri": os.environ["SIGNED_OUT"],
    }
    request.session.flush()
    end = oauth.qiao.load_server_metadata()["end_session_endpoint"]
    return redirect(f"{end}?{urlencode(query)}")


urlpatterns = [
    path("", lambda request: HttpResponse("home")),
    path("login", login),
    path("callback", callback),
    path("me", me),
    path("logout", logout),
]
call_command("runserver", f"127.0.0.1:{os.environ['PORT']}", use_reloader=False)
