package qiao.signin;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.security.GeneralSecurityException;
import java.security.interfaces.ECPublicKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.json.JSONException;
import org.json.JSONObject;

/**
 * Signs a person in: by WeChat's mini program, by SendAuth, or in the browser. One for the whole app, made in
 * `Application.onCreate`. What is under way is kept on the phone, so that it goes on in another process.
 */
public final class Qiao {
  /** Instead of a connection: sign in with the system's browser. */
  public static final String BROWSER = "";

  private static final int LIFETIME = 600;
  private static final int PATIENCE = 60;
  private static final int INTERVAL = 2;
  private static final int LONGEST_ANSWER = 1 << 20;

  /** Why nobody was signed in, in words for the person. */
  public enum Reason {
    DECLINED("The sign-in was declined.", "登录已被拒绝。"),
    CANCELLED("The sign-in was cancelled.", "已取消登录。"),
    EXPIRED("The sign-in took too long. Please try again.", "登录超时，请重试。"),
    UNAVAILABLE("Sign-in is not available just now. Please try again.", "暂时无法登录，请稍后重试。"),
    NO_WECHAT("WeChat could not be opened.", "无法打开微信。"),
    UNTRUSTED("The answer could not be verified.", "无法验证登录结果。"),
    MISTAKE("Sign-in is not available.", "无法登录。");

    private final String english;
    private final String chinese;

    Reason(String english, String chinese) {
      this.english = english;
      this.chinese = chinese;
    }

    public String words(String language) {
      return language.startsWith("zh") ? chinese : english;
    }
  }

  /** Told on the thread that {@link Phone#tell} chooses: on Android, the main one. */
  public interface Listener {
    /** The mini program is being opened; it may ask for this number: show it until the end. */
    void waiting(int number, boolean opened);

    /** @param claims of the ID token, verified. */
    void signedIn(JSONObject claims);

    void failed(Reason reason);
  }

  /** What the core needs of the phone. */
  public interface Phone {
    /** What was kept under the name, or null. It survives the process, and is in no backup. */
    String read(String name);

    /** Keeps it before it returns; null forgets it. */
    void write(String name, String value);

    /** The key that never leaves the phone: P-256, made at the first use. */
    ECPublicKey key() throws GeneralSecurityException;

    /** SHA256withECDSA by that key. */
    byte[] sign(byte[] data) throws GeneralSecurityException;

    /** Opens the system's browser; false where there is none. */
    boolean open(String address);

    /** What the phone is called. */
    String name();

    void tell(Runnable message);
  }

  /** What the core needs of WeChat's SDK; each is false where WeChat cannot be asked. */
  public interface WeChat {
    boolean launch(String userName, String path, int type);

    boolean sendAuth(String scope, String state, boolean nonAutomatic);
  }

  private static final class Answer {
    int status;
    JSONObject body = new JSONObject();
    int retryAfter;
  }

  private final Phone phone;
  private final WeChat weChat;
  private final String issuer;
  private final String clientId;
  private final String redirectUri;
  private final String scope;
  private final ScheduledExecutorService worker =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "qiao");
            thread.setDaemon(true);
            return thread;
          });

  private volatile Listener listener;
  private volatile HttpURLConnection asking;
  private Future<?> later;
  private JSONObject metadata;
  private JSONObject jwks;
  private String nonceOfServer;
  private volatile long clockBehind;
  private long took;

  public Qiao(Phone phone, WeChat weChat, String issuer, String clientId, String redirectUri, String scope) {
    checkAddress(issuer);
    this.phone = phone;
    this.weChat = weChat;
    this.issuer = issuer;
    this.clientId = clientId;
    this.redirectUri = redirectUri;
    this.scope = scope;
  }

  /** Begins; what was under way before is cancelled. @param connection its id, or {@link #BROWSER}. */
  public void signIn(String connection, Listener told) {
    interrupt();
    execute(() -> begin(connection, told));
  }

  /** Goes on with what was under way when the process ended. False: nothing was. */
  public boolean resume(Listener told) {
    listener = told;
    boolean underWay = phone.read("sign_in") != null;
    if (underWay) {
      execute(
          () -> {
            clockBehind = record().optLong("clock_behind");
            actAgain("returned");
          });
    }
    return underWay;
  }

  /** The person has given up. */
  public void cancel() {
    interrupt();
    execute(() -> on("cancel", new JSONObject()));
  }

  /** The app is in front again, or WeChat says that the mini program was left: look at once. */
  public void returned() {
    execute(() -> on("returned", new JSONObject()));
  }

  /** What SendAuth came to: `code` is null where the person said no. */
  public void sendAuthAnswered(String code, String state) {
    execute(() -> sendAuth(code, state));
  }

  /** The browser came back to the app's redirect URI. */
  public void redirected(String address) {
    execute(() -> fromBrowser(address));
  }

  /** The claims of who is signed in, or null. */
  public JSONObject claims() {
    return tokens().optJSONObject("claims");
  }

  /**
   * Headers for a request to your API with a token that is good for another minute; call it off the main thread.
   *
   * @return null where nobody is signed in (any more).
   * @throws IOException the server cannot be reached; the person is signed in all the same.
   */
  public Map<String, String> headers(String method, String address) throws IOException {
    JSONObject tokens = fresh();
    if (tokens == null) {
      return null;
    }
    String token = tokens.optString("access_token");
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Authorization", tokens.optString("token_type") + " " + token);
    headers.put("DPoP", proof(method, address, token, null));
    return headers;
  }

  /** Forgets the tokens, and has the server forget them where it can be reached. */
  public void signOut() {
    String token = tokens().optString("refresh_token");
    phone.write("tokens", null);
    if (!token.isEmpty()) {
      worker.execute(() -> post("revocation_endpoint", fields("token", token)));
    }
  }

  // The sign-in, all of it on the worker's thread.

  private void execute(Runnable step) {
    worker.execute(() -> attempt(step));
  }

  /** A step that breaks, as by an exception of the keystore or of WeChat's, ends the sign-in: nobody waits for ever. */
  private void attempt(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      on("mistake", new JSONObject());
    }
  }

  private void begin(String connection, Listener told) {
    listener = told;
    tellCancelled(record());
    String event = connection.equals(BROWSER) ? "begin_in_browser" : "begin";
    String[] next = Protocol.next("idle", event);
    JSONObject fresh = new JSONObject();
    set(fresh, "step", next[0]);
    set(fresh, "connection", connection);
    set(fresh, "verifier", Protocol.secret());
    set(fresh, "nonce", Protocol.secret());
    set(fresh, "state", Protocol.secret());
    set(fresh, "ends", now() + (next[0].equals("browser") ? LIFETIME : PATIENCE));
    save(fresh);
    act(next[1], fresh, event);
  }

  /** One event: the record is kept as it is afterwards, and then something is done. */
  private void on(String event, JSONObject told) {
    JSONObject record = record();
    String step = record.optString("step", "idle");
    String[] next = Protocol.next(step, event);
    if (next[1].equals("nothing")) {
      return;
    }
    note(record, event, told);
    set(record, "step", next[0]);
    save(next[0].equals("failed") || next[0].equals("signed_in") ? null : record);
    act(next[1], record, event);
  }

  private void note(JSONObject record, String event, JSONObject told) {
    for (String name : new String[] {"auth_session", "launch", "number", "opened", "send_auth", "interval", "request_uri"}) {
      if (told.has(name)) {
        set(record, name, told.opt(name));
      }
    }
    if (told.has("expires_in") && (event.equals("launch") || event.equals("wait"))) {
      set(record, "ends", now() + told.optInt("expires_in"));
    }
    if (event.equals("send_auth") || event.equals("web")) {
      set(record, "ends", now() + LIFETIME);
    }
    if (event.equals("code")) {
      set(record, "code", told.opt("authorization_code"));
      set(record, "redirect_uri", told.opt("redirect_uri"));
      set(record, "ends", now() + PATIENCE);
    }
    if (event.equals("wechat_code")) {
      set(record, "wechat_code", told.opt("code"));
    }
  }

  /** What a new process does about a step that it finds: what was under way may not have arrived. */
  private static String again(String step) {
    switch (step) {
      case "asking":
        return "ask";
      case "waiting":
        return "poll_now";
      case "handing":
        return "hand_over";
      case "redeeming":
        return "redeem";
      default:
        return "watch";
    }
  }

  private void act(String action, JSONObject record, String event) {
    switch (action) {
      case "ask":
        ask(record);
        break;
      case "poll_now":
        poll(record);
        break;
      case "hand_over":
        handOver(record);
        break;
      case "redeem":
        redeem(record);
        break;
      case "ask_later":
      case "poll_later":
      case "hand_over_later":
      case "redeem_later":
        tellWaiting(record);
        inSeconds(pause(record), () -> actAgain(event));
        break;
      case "open_mini_program":
        openMiniProgram(record);
        break;
      case "open_send_auth":
        openSendAuth(record);
        break;
      case "open_browser":
        open(authorization(record), record);
        break;
      case "open_web":
        open(onTheWeb(record), record);
        break;
      case "tell_cancelled":
        tellCancelled(record);
        fail(event);
        break;
      case "stop":
        fail(event);
        break;
      case "keep":
        tellSignedIn();
        break;
      default:
        watch(record);
    }
  }

  private void actAgain(String event) {
    JSONObject record = record();
    act(again(record.optString("step")), record, event);
  }

  /** Whoever has the mini program before them is told that it is over. */
  private void tellCancelled(JSONObject record) {
    if (record.has("auth_session")) {
      post("authorization_challenge_endpoint", session(record, "cancelled", "true"));
    }
  }

  private void ask(JSONObject record) {
    Map<String, String> form = request(record);
    form.put("connection", record.optString("connection"));
    form.put("device", phone.name());
    answered(record, post("authorization_challenge_endpoint", form));
  }

  private void poll(JSONObject record) {
    if (later != null) {
      later.cancel(false);
    }
    tellWaiting(record);
    long begun = System.nanoTime();
    Answer answer = post("authorization_challenge_endpoint", session(record, "wait", "25"));
    took = (System.nanoTime() - begun) / 1_000_000;
    answered(record, answer);
  }

  private void handOver(JSONObject record) {
    Map<String, String> form = session(record, "wechat_code", record.optString("wechat_code"));
    form.put("state", record.optJSONObject("send_auth").optString("state"));
    answered(record, post("authorization_challenge_endpoint", form));
  }

  private void redeem(JSONObject record) {
    if (jwks == null && !fetchKeys()) {
      answered(record, new Answer()); // the code is good once: not before its ID token can be checked
      return;
    }
    Map<String, String> form = fields("grant_type", "authorization_code");
    form.put("code", record.optString("code"));
    form.put("code_verifier", record.optString("verifier"));
    if (record.has("redirect_uri")) {
      form.put("redirect_uri", record.optString("redirect_uri"));
    }
    answered(record, post("token_endpoint", form));
  }

  private void answered(JSONObject record, Answer answer) {
    String event = Protocol.event(answer.status, answer.body);
    if (event.equals("tokens")) {
      event = keep(answer.body, record.optString("nonce"));
    }
    boolean late = now() >= record.optLong("ends");
    if (late && (event.equals("retry") || event.equals("wait"))) {
      event = event.equals("retry") ? "unreachable" : "late";
    }
    if (answer.retryAfter > 0) {
      set(answer.body, "interval", answer.retryAfter);
    }
    on(event, answer.body);
  }

  private void openMiniProgram(JSONObject record) {
    tellWaiting(record);
    JSONObject launch = record.optJSONObject("launch");
    if (weChat.launch(launch.optString("user_name"), launch.optString("path"), launch.optInt("type"))) {
      inSeconds(pause(record), () -> actAgain("wait"));
    } else {
      on("no_wechat", new JSONObject());
    }
  }

  private void openSendAuth(JSONObject record) {
    JSONObject asked = record.optJSONObject("send_auth");
    if (weChat.sendAuth(asked.optString("scope"), asked.optString("state"), asked.optBoolean("non_automatic"))) {
      watch(record);
    } else {
      on("no_wechat", new JSONObject());
    }
  }

  private void sendAuth(String code, String state) {
    JSONObject asked = record().optJSONObject("send_auth");
    if (asked == null || (code != null && !Protocol.same(asked.optString("state"), state))) {
      return; // of another sign-in
    }
    JSONObject told = new JSONObject();
    set(told, "code", code);
    on(code == null ? "wechat_no" : "wechat_code", told);
  }

  private void open(String address, JSONObject record) {
    if (address != null && phone.open(address)) {
      watch(record);
    } else {
      on(address == null ? "unreachable" : "mistake", new JSONObject());
    }
  }

  private void fromBrowser(String address) {
    JSONObject record = record();
    if (!record.optString("step").equals("browser")) {
      return;
    }
    String[] came = Protocol.redirected(address, redirectUri, record.optString("state"), issuer);
    JSONObject told = new JSONObject();
    if (came[0].equals("code")) {
      set(told, "authorization_code", came[1]);
      set(told, "redirect_uri", redirectUri);
    }
    on(came[0], told);
  }

  /** Nothing to do but to wait for somebody else, and not for ever. */
  private void watch(JSONObject record) {
    inSeconds(Math.max(1, record.optLong("ends") - now()), () -> overdue(record.optString("verifier")));
  }

  private void overdue(String verifier) {
    if (record().optString("verifier").equals(verifier)) {
      on("late", new JSONObject());
    }
  }

  private void inSeconds(long seconds, Runnable step) {
    if (later != null) {
      later.cancel(false);
    }
    later = worker.schedule(() -> attempt(step), seconds * 1000, TimeUnit.MILLISECONDS);
  }

  /** Seconds until the next request: none, where the server has let the last one wait. */
  private long pause(JSONObject record) {
    return Math.max(took < 500 ? 1 : 0, record.optInt("interval", INTERVAL));
  }

  private void tellWaiting(JSONObject record) {
    Listener told = listener;
    if (told != null && record.has("number")) {
      int number = record.optInt("number");
      boolean opened = record.optBoolean("opened");
      phone.tell(() -> told.waiting(number, opened));
    }
  }

  private void fail(String event) {
    Reason reason = Reason.valueOf(Protocol.reason(event));
    Listener told = listener;
    if (told != null) {
      phone.tell(() -> told.failed(reason));
    }
  }

  private void tellSignedIn() {
    JSONObject claims = claims();
    Listener told = listener;
    if (told != null) {
      phone.tell(() -> told.signedIn(claims));
    }
  }

  // Requests.

  /** The authorization request, which /challenge and a browser are asked with alike. */
  private Map<String, String> request(JSONObject record) {
    Map<String, String> form = fields("response_type", "code");
    form.put("scope", scope);
    form.put("redirect_uri", redirectUri);
    form.put("state", record.optString("state"));
    form.put("nonce", record.optString("nonce"));
    form.put("code_challenge", Protocol.challenge(record.optString("verifier")));
    form.put("code_challenge_method", "S256");
    return form;
  }

  private String authorization(JSONObject record) {
    Map<String, String> query = request(record);
    query.put("client_id", clientId);
    try {
      query.put("dpop_jkt", Protocol.thumbprint(phone.key()));
    } catch (GeneralSecurityException e) {
      return null;
    }
    String endpoint = endpoint("authorization_endpoint");
    return endpoint == null ? null : endpoint + "?" + Protocol.form(query);
  }

  private String onTheWeb(JSONObject record) {
    Map<String, String> query = fields("client_id", clientId);
    query.put("request_uri", record.optString("request_uri"));
    String endpoint = endpoint("authorization_endpoint");
    return endpoint == null ? null : endpoint + "?" + Protocol.form(query);
  }

  private static Map<String, String> session(JSONObject record, String name, String value) {
    Map<String, String> form = fields("auth_session", record.optString("auth_session"));
    form.put(name, value);
    return form;
  }

  private static Map<String, String> fields(String name, String value) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put(name, value);
    return form;
  }

  /** An endpoint's address by its name in discovery; null where the server cannot be reached. */
  private String endpoint(String name) {
    if (metadata == null) {
      JSONObject found = send("GET", issuer + "/.well-known/openid-configuration", null).body;
      metadata = issuer.equals(found.optString("issuer")) ? found : null;
    }
    return metadata == null || !metadata.has(name) ? null : metadata.optString(name);
  }

  private Answer post(String endpoint, Map<String, String> form) {
    String address = endpoint(endpoint);
    if (address == null) {
      return new Answer();
    }
    form.put("client_id", clientId);
    Answer answer = send("POST", address, form);
    String error = answer.body.optString("error");
    if (error.equals("use_dpop_nonce") || error.equals("invalid_dpop_proof")) {
      return send("POST", address, form); // with the server's nonce, by the server's clock
    }
    return answer;
  }

  /** Status 0 where no answer came. */
  private Answer send(String method, String address, Map<String, String> form) {
    Answer answer = new Answer();
    HttpURLConnection connection = null;
    try {
      checkAddress(address);
      String proof = form == null ? null : proof(method, address, null, nonceOfServer);
      connection = (HttpURLConnection) new URL(address).openConnection();
      asking = isOfSignIn(form) ? connection : asking;
      connection.setRequestMethod(method);
      connection.setInstanceFollowRedirects(false);
      connection.setConnectTimeout(10_000);
      connection.setReadTimeout(35_000);
      if (form != null) {
        connection.setRequestProperty("DPoP", proof);
        connection.setRequestProperty("Content-Type", "application/x-www-form-urlencoded");
        connection.setDoOutput(true);
        byte[] body = Protocol.utf8(Protocol.form(form));
        connection.setFixedLengthStreamingMode(body.length); // never sent twice behind our back
        connection.getOutputStream().write(body);
      }
      int status = connection.getResponseCode();
      long date = connection.getHeaderFieldDate("Date", 0);
      clockBehind = date == 0 ? clockBehind : date / 1000 - System.currentTimeMillis() / 1000;
      String nonce = connection.getHeaderField("DPoP-Nonce");
      nonceOfServer = nonce == null ? nonceOfServer : nonce;
      answer.retryAfter = connection.getHeaderFieldInt("Retry-After", 0);
      String text = text(status < 400 ? connection.getInputStream() : connection.getErrorStream());
      answer.body = text.isEmpty() ? new JSONObject() : new JSONObject(text);
      answer.status = status;
    } catch (IOException | JSONException | IllegalArgumentException e) {
      answer.status = 0; // nothing of the answer goes to a log: codes may be in it
    } catch (RuntimeException e) {
      if (connection == null) {
        throw e; // of the keystore
      }
      answer.status = 0; // a connection that is ended from another thread throws whatever it likes
    } finally {
      asking = asking == connection ? null : asking;
    }
    return answer;
  }

  /** A refresh is not interrupted, whatever the person does meanwhile: its answer is good once. */
  private static boolean isOfSignIn(Map<String, String> form) {
    return form == null || !form.containsKey("refresh_token");
  }

  private static String text(InputStream stream) throws IOException {
    if (stream == null) {
      return "";
    }
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    byte[] part = new byte[8192];
    for (int read = stream.read(part); read >= 0; read = stream.read(part)) {
      whole.write(part, 0, read);
      if (whole.size() > LONGEST_ANSWER) {
        throw new IOException("the answer is too long");
      }
    }
    stream.close();
    return whole.toString("UTF-8");
  }

  /** A request that waits for the person ends at once: somebody wants something else. */
  private void interrupt() {
    HttpURLConnection connection = asking;
    if (connection != null) {
      new Thread(() -> end(connection), "qiao-interrupt").start();
    }
  }

  /** Until it has ended: one that is ended just before it asks for the answer connects once more, and would wait. */
  private void end(HttpURLConnection connection) {
    try {
      while (asking == connection) {
        disconnect(connection);
        Thread.sleep(50);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void disconnect(HttpURLConnection connection) {
    try {
      connection.disconnect();
    } catch (RuntimeException e) {
      // it was ending by itself
    }
  }

  private String proof(String method, String address, String token, String nonce) throws IOException {
    try {
      String signed = Protocol.proof(phone.key(), method, address, now(), token, nonce);
      return signed + "." + Protocol.base64url(Protocol.joseSignature(phone.sign(Protocol.utf8(signed))));
    } catch (GeneralSecurityException | JSONException e) {
      throw new IOException("no proof", e);
    }
  }

  /** Tokens in clear go over TLS, but for a server on the developer's own computer. */
  private static void checkAddress(String address) {
    boolean isHere = address.matches("http://(127\\.0\\.0\\.1|localhost|10\\.0\\.2\\.2)(:\\d+)?(/.*)?");
    if (!address.startsWith("https://") && !isHere) {
      throw new IllegalArgumentException("https only");
    }
  }

  // Tokens.

  /** Verifies and keeps what /token gave; the event that it is. */
  private String keep(JSONObject told, String nonce) {
    String idToken = told.optString("id_token");
    if (!Protocol.knowsKey(idToken, jwks) && !fetchKeys()) {
      return "untrusted"; // the code is spent: there is nothing to try again with
    }
    try {
      set(told, "claims", Protocol.claims(idToken, jwks, issuer, clientId, nonce, now()));
    } catch (GeneralSecurityException e) {
      return "untrusted";
    }
    set(told, "ends", now() + told.optLong("expires_in"));
    phone.write("tokens", told.toString());
    return "tokens";
  }

  private boolean fetchKeys() {
    String address = endpoint("jwks_uri");
    Answer answer = address == null ? new Answer() : send("GET", address, null);
    jwks = answer.status == 200 ? answer.body : jwks;
    return answer.status == 200;
  }

  private JSONObject tokens() {
    return parsed(phone.read("tokens"));
  }

  /** Tokens that are good for a minute more; refreshed by one thread at a time. */
  private synchronized JSONObject fresh() throws IOException {
    JSONObject kept = tokens();
    if (!kept.has("access_token") || now() + 60 < kept.optLong("ends")) {
      return kept.has("access_token") ? kept : null;
    }
    Map<String, String> form = fields("grant_type", "refresh_token");
    form.put("refresh_token", kept.optString("refresh_token"));
    Answer answer = post("token_endpoint", form);
    if (answer.status == 200 && answer.body.has("access_token")) {
      for (String name : new String[] {"access_token", "refresh_token", "token_type"}) {
        set(kept, name, answer.body.opt(name));
      }
      set(kept, "ends", now() + answer.body.optLong("expires_in"));
      phone.write("tokens", kept.toString());
      return kept;
    }
    if (kept.has("refresh_token") && !answer.body.optString("error").equals("invalid_grant")) {
      throw new IOException("the server cannot be reached");
    }
    phone.write("tokens", null);
    return null;
  }

  // What is kept.

  private JSONObject record() {
    return parsed(phone.read("sign_in"));
  }

  private void save(JSONObject record) {
    if (record != null) {
      set(record, "clock_behind", clockBehind); // by the server's clock the next process goes on
    }
    phone.write("sign_in", record == null ? null : record.toString());
  }

  private static JSONObject parsed(String text) {
    try {
      return text == null ? new JSONObject() : new JSONObject(text);
    } catch (JSONException e) {
      return new JSONObject(); // of another version: the person signs in anew
    }
  }

  private static void set(JSONObject object, String name, Object value) {
    try {
      object.put(name, value);
    } catch (JSONException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Seconds since the epoch, by the server's clock: a phone's can be wrong by hours. */
  private long now() {
    return System.currentTimeMillis() / 1000 + clockBehind;
  }
}
