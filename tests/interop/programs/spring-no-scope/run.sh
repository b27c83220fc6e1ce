# As Spring's documents have it, or with what Qiao says to paste.
mkdir -p config
if [ -n "$PASTED" ]; then
    printf '%s\n' "$PASTED" >config/application.properties
else
    cat >config/application.yml <<YAML
spring:
  security:
    oauth2:
      client:
        registration:
          qiao:
            client-id: $CLIENT_ID
            client-secret: $CLIENT_SECRET
        provider:
          qiao:
            issuer-uri: $ISSUER
YAML
fi
exec java -Xmx384m -XX:TieredStopAtLevel=1 -jar target/program.jar \
    --server.address=127.0.0.1 --server.port="$PORT"
