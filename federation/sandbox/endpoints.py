"""The server APIs that the sandbox has: what is not in this list answers 40066.

``/sns/*`` takes forms as well, which no page of WeChat's says and several libraries rely on.
"""

from . import cgi_bin, component, content, jsapi, messages, openers, sns, wxa
from .wire import Endpoint

TEXT = "text/plain"
JSON = "application/json"
#: ``encoding``, not ``charset``: so it has been captured.
JSON_ENCODING = "application/json; encoding=utf-8"

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("any", "/sns/jscode2session", sns.code_to_session, TEXT, "sns"),
    Endpoint("any", "/sns/oauth2/access_token", sns.code_to_token, TEXT, "sns"),
    Endpoint("any", "/sns/oauth2/refresh_token", sns.refresh, TEXT, "sns"),
    Endpoint("any", "/sns/auth", sns.check_token, TEXT, "sns"),
    Endpoint("any", "/sns/userinfo", sns.userinfo, TEXT, "sns"),
    Endpoint("any", "/sns/component/jscode2session", component.code_to_session, TEXT, "sns"),
    Endpoint("any", "/sns/oauth2/component/access_token", component.code_to_token, TEXT, "sns"),
    Endpoint("any", "/sns/oauth2/component/refresh_token", component.refresh, TEXT, "sns"),
    Endpoint("GET", "/cgi-bin/token", cgi_bin.token, JSON, "api"),
    Endpoint("POST", "/cgi-bin/stable_token", cgi_bin.stable_token, JSON_ENCODING, "api"),
    Endpoint("GET", "/cgi-bin/getcallbackip", cgi_bin.callback_addresses, JSON_ENCODING, "api"),
    Endpoint("POST", "/cgi-bin/openapi/quota/get", cgi_bin.quota, JSON_ENCODING, "api"),
    Endpoint("GET", "/cgi-bin/ticket/getticket", jsapi.ticket, JSON_ENCODING, "api"),
    Endpoint("POST", "/cgi-bin/message/subscribe/send", messages.send, JSON_ENCODING, "api"),
    Endpoint("GET", "/wxaapi/newtmpl/gettemplate", messages.templates, JSON_ENCODING, "api"),
    *(
        Endpoint("POST", f"/cgi-bin/component/{name}", handler, JSON_ENCODING, "api")
        for name, handler in component.HANDLERS.items()
    ),
    Endpoint("POST", "/wxa/msg_sec_check", content.check, JSON, "api"),
    Endpoint("POST", "/wxa/sec/checkcode2verifyinfo", wxa.check_code_to_verify_info, JSON, "api"),
    Endpoint("POST", "/wxa/business/getuserphonenumber", wxa.phone_number, JSON, "phone"),
    Endpoint("GET", "/wxa/charge/usage/get", cgi_bin.paid, JSON, "api"),
    Endpoint("GET", "/wxa/checksession", wxa.check_session, JSON, "api"),
    Endpoint("GET", "/wxa/resetusersessionkey", wxa.reset_session_key, JSON, "api"),
    Endpoint("POST", "/wxa/getwxacodeunlimit", openers.code_image, JSON, "api"),
    Endpoint("POST", "/wxa/generatescheme", openers.scheme, JSON, "api"),
    Endpoint("POST", "/wxa/generate_urllink", openers.url_link, JSON, "api"),
    Endpoint("POST", "/wxa/genwxashortlink", openers.short_link, JSON, "api"),
)
