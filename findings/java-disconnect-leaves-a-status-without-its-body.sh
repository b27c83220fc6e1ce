#!/usr/bin/env bash
# One would guess that HttpURLConnection.disconnect(), by which another thread ends a request, makes the
# thread that reads its answer fail with an IOException. In JDK 17 it says neither: between the status and the
# body, getErrorStream() is null, so that a refusal reads as one with an empty body; and between a streamed
# body and getResponseCode(), the connection is opened once more, with nothing sent on it, until the read
# times out. Who ends a request must say so until it has ended, and an empty refusal is none.
# Source: sun.net.www.protocol.http.HttpURLConnection (disconnect: "Indicate reuse of this
# HttpURLConnection is possible"; getErrorStream; getInputStream0).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/Ended.java" <<'JAVA'
import java.io.IOException;
import java.io.InputStream;
import java.net.*;
import java.nio.charset.StandardCharsets;

public class Ended {
  static int connections;

  public static void main(String[] none) throws Exception {
    ServerSocket server = new ServerSocket(0, 9, InetAddress.getLoopbackAddress());
    Thread serving = new Thread(() -> serve(server));
    serving.setDaemon(true);
    serving.start();
    String address = "http://127.0.0.1:" + server.getLocalPort() + "/";

    HttpURLConnection first = begun(address);
    int status = first.getResponseCode();
    first.disconnect(); // by another thread, just here
    System.out.println("status " + status + ", body " + first.getErrorStream());

    connections = 0;
    HttpURLConnection second = begun(address);
    second.disconnect();
    try {
      System.out.println(second.getResponseCode());
    } catch (SocketTimeoutException e) {
      System.out.println(connections + " connections, " + e.getMessage());
    }
  }

  static HttpURLConnection begun(String address) throws IOException {
    HttpURLConnection asking = (HttpURLConnection) new URL(address).openConnection();
    asking.setReadTimeout(1000);
    asking.setDoOutput(true);
    asking.setFixedLengthStreamingMode(3);
    asking.getOutputStream().write("a=b".getBytes(StandardCharsets.US_ASCII));
    return asking;
  }

  static void serve(ServerSocket server) {
    try {
      while (true) {
        Socket one = server.accept();
        connections++;
        new Thread(() -> answer(one)).start();
      }
    } catch (IOException e) {
      // the end
    }
  }

  static void answer(Socket one) {
    try {
      InputStream asked = one.getInputStream();
      if (asked.read(new byte[4096]) > 0) {
        String head = "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n";
        one.getOutputStream().write((head + "{\"error\": 1 }").getBytes(StandardCharsets.US_ASCII));
      }
    } catch (IOException e) {
      // it was ended
    }
  }
}
JAVA
java "$folder/Ended.java" | tee "$folder/seen"
grep -qx 'status 400, body null' "$folder/seen"
grep -qx '2 connections, Read timed out' "$folder/seen"
