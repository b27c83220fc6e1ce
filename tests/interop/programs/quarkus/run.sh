# As Quarkus's guide to the code flow has it, or with what Qiao says to paste.
mkdir -p config
if [ -n "$PASTED" ]; then
    printf '%s\n' "$PASTED" >config/application.properties
else
    cat >config/application.properties <<PROPERTIES
quarkus.oidc.auth-server-url=$ISSUER
quarkus.oidc.client-id=$CLIENT_ID
quarkus.oidc.credentials.secret=$CLIENT_SECRET
quarkus.oidc.application-type=web-app
PROPERTIES
fi
exec java -Xmx384m -XX:TieredStopAtLevel=1 -Dquarkus.http.host=127.0.0.1 \
    -Dquarkus.http.port="$PORT" -jar target/quarkus-app/quarkus-run.jar
