# Streamlit as its documents have it, or with what Qiao says to paste.
mkdir -p .streamlit
if [ -n "$PASTED" ]; then
    printf '%s\n' "$PASTED" >.streamlit/secrets.toml
else
    cat >.streamlit/secrets.toml <<TOML
[auth]
redirect_uri = "$REDIRECT_URI"
cookie_secret = "only-for-this-test-and-long-enough"
client_id = "$CLIENT_ID"
client_secret = "$CLIENT_SECRET"
server_metadata_url = "$ISSUER/.well-known/openid-configuration"
TOML
fi
exec venv/bin/streamlit run app.py --server.port "$PORT" --server.address 127.0.0.1 \
    --server.headless true --browser.gatherUsageStats false
