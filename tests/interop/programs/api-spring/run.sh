# With the decoder of Qiao's page or preset as it stands there.
printf '%s\n' "$PASTED" >decoder
sed '/\/\/ DECODER/r decoder' src/main/java/interop/Program.java >Program.java
javac -parameters -cp "target/dependency/*" -d target/classes Program.java &&
    exec java -Xmx384m -XX:TieredStopAtLevel=1 -cp "target/classes:target/dependency/*" \
        interop.Program --server.address=127.0.0.1 --server.port="$PORT"
