# The fewest lines that Spring starts with.
mkdir -p config
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
exec java -Xmx384m -XX:TieredStopAtLevel=1 -jar target/program.jar \
    --server.address=127.0.0.1 --server.port="$PORT"
