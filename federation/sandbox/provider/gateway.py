"""One address for all methods, where requests and answers are signed with RSA."""

import base64
import json

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from flask import Response, request

from .views import SIGNED, token, userinfo
from .wire import refused
from .world import CLIENT_ID, current_world

_METHODS = {"alipay.system.oauth.token": token, "alipay.user.info.share": userinfo}


def gateway() -> Response:
    """What the method answers, within a node that is named after it, beside its signature."""
    request.environ[SIGNED] = _is_signed()
    method = request.values.get("method", "")
    view = _METHODS.get(method)
    response = view() if view and request.environ[SIGNED] else refused("invalid_client")
    text = response.get_data(as_text=True).removeprefix("callback( ").removesuffix(" );\n")
    if response.status_code != 200 or not text.startswith('{"'):
        return response
    failed = current_world().quirks.error_member in json.loads(text)
    node = "error_response" if failed else method.replace(".", "_") + "_response"
    body = f'{{"{node}":{text},"sign":"{_sign(text)}"}}'
    return Response(body, content_type=response.content_type)


def _is_signed() -> bool:
    """Whether our client has signed the request: its sorted parameters but the signature."""
    told = request.values.to_dict()
    made = base64.b64decode(told.pop("sign", ""))
    text = "&".join(f"{name}={told[name]}" for name in sorted(told) if told[name])
    key = serialization.load_pem_public_key(current_world().quirks.client_key.encode())
    assert isinstance(key, rsa.RSAPublicKey)
    try:
        key.verify(made, text.encode(), padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return told.get("app_id") == CLIENT_ID


def _sign(text: str) -> str:
    pem = current_world().quirks.gateway_key
    key = serialization.load_pem_private_key(
        pem.encode(), None, unsafe_skip_rsa_key_validation=True
    )
    assert isinstance(key, rsa.RSAPrivateKey)
    made = key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
    return base64.b64encode(made).decode()
