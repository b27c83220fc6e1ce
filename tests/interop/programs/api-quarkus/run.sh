# With the lines of Qiao's page or preset as they stand there.
mkdir -p config
printf '%s\n' "$PASTED" >config/application.properties
exec java -Xmx384m -XX:TieredStopAtLevel=1 -Dquarkus.http.host=127.0.0.1 \
    -Dquarkus.http.port="$PORT" -jar target/quarkus-app/quarkus-run.jar
