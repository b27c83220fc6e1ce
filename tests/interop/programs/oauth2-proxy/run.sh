# oauth2-proxy as its documents have it for OpenID Connect, or with what Qiao says to paste.
documented="--provider=oidc --oidc-issuer-url=$ISSUER --client-id=$CLIENT_ID
--client-secret=$CLIENT_SECRET --redirect-url=$REDIRECT_URI --email-domain=*"
set -f
# shellcheck disable=SC2086
exec ./program ${PASTED:-$documented} --http-address="127.0.0.1:$PORT" --upstream=static://200 \
    --cookie-secret=0123456789abcdef --cookie-secure=false --skip-provider-button
