"""The forms that apps post to /challenge and /token."""

from app.mini_program.openapi.shapes import record, text, told, words

CHALLENGE = record(
    {
        "client_id": text("Always."),
        "auth_session": text("The newest; from the second request on."),
        "response_type": told("First request.", words("code")),
        "scope": text("First request, such as `openid profile phone wechat offline_access`."),
        "code_challenge": text("First request: PKCE.", minLength=43, maxLength=43),
        "code_challenge_method": told("First request.", words("S256")),
        "nonce": text("First request; comes back in the ID token.", maxLength=2048),
        "state": text("First request: comes back from a browser. With `wechat_code`: WeChat's."),
        "redirect_uri": text("First request: where a browser would come back to."),
        "connection": text("First request, or after `connections`: which one.", maxLength=32),
        "prompt": text("First request: `login` has SendAuth ask the person."),
        "max_age": text("First request: seconds; has SendAuth ask the person.", pattern="^[0-9]+$"),
        "resource": text("First request: the API that the access token is for (RFC 8707)."),
        "device": text("First request: what the device is called; 40 characters are shown."),
        "wechat_code": text("What SendAuth or `wx.login` gave. Sent to WeChat once."),
        "wechat_phone_code": text("A mini program's, with `wechat_code`."),
        "wechat_phone_kind": words("quick", "realtime"),
        "wait": text("Seconds to wait for news, 25 at most.", pattern="^[0-9]{1,2}$"),
        "cancelled": told("The person has given up, or SendAuth says so.", words("true")),
    },
    *("auth_session", "response_type", "scope", "code_challenge", "code_challenge_method"),
    *("nonce", "state", "redirect_uri", "connection", "prompt", "max_age", "resource", "device"),
    *("wechat_code", "wechat_phone_code", "wechat_phone_kind", "wait", "cancelled"),
)
TOKEN = record(
    {
        "grant_type": words("authorization_code", "refresh_token"),
        "client_id": text(),
        "code": text("The authorization code, once."),
        "code_verifier": text("Of the first request's code_challenge."),
        "redirect_uri": text("Only for a code that came through a browser."),
        "refresh_token": text(
            "The newest one; the answer brings the next. After a lost answer the same again."
        ),
        "scope": text("With refresh_token: a part of what was granted."),
    },
    *("code", "code_verifier", "redirect_uri", "refresh_token", "scope"),
)
