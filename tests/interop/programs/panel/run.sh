# As Panel's documents have it, or with what Qiao says to paste.
if [ -z "$PASTED" ]; then
    PASTED="PANEL_OAUTH_AUTHORIZE_URL=$ISSUER/authorize PANEL_OAUTH_TOKEN_URL=$ISSUER/token \
        PANEL_OAUTH_USER_URL=$ISSUER/userinfo PANEL_OAUTH_SCOPE=openid,profile \
        panel serve app.py --oauth-provider=generic --oauth-key=$CLIENT_ID \
        --oauth-secret=$CLIENT_SECRET --oauth-redirect-uri=$URL --oauth-jwt-user=sub \
        --cookie-secret=CHANGE_ME"
fi
cp page.py app.py
PATH="$FOLDER/venv/bin:$PATH"
export PATH
eval "$PASTED --address 127.0.0.1 --port $PORT --index app"
