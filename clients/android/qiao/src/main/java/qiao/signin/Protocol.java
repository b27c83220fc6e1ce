package qiao.signin;

import java.math.BigInteger;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.json.JSONArray;
import org.json.JSONException;
import org.json.JSONObject;

/**
 * What is the same on every phone: the state machine, what an answer means, PKCE, DPoP proofs and ID tokens. Nothing
 * here waits, remembers or asks anybody; `clients/vectors.json` holds it, and its twins in Swift and ArkTS, to the same.
 */
final class Protocol {
  /** Step, event, next step, what to do. `*` is every step that a sign-in under way can be in. */
  static final String[][] TABLE = {
    {"idle", "begin", "asking", "ask"},
    {"idle", "begin_in_browser", "browser", "open_browser"},
    {"asking", "launch", "waiting", "open_mini_program"},
    {"asking", "send_auth", "authorizing", "open_send_auth"},
    {"asking", "retry", "asking", "ask_later"},
    {"waiting", "wait", "waiting", "poll_later"},
    {"waiting", "retry", "waiting", "poll_later"},
    {"waiting", "returned", "waiting", "poll_now"},
    {"waiting", "code", "redeeming", "redeem"},
    {"authorizing", "wechat_code", "handing", "hand_over"},
    {"authorizing", "wechat_no", "failed", "tell_cancelled"},
    {"handing", "retry", "handing", "hand_over_later"},
    {"handing", "another_code", "authorizing", "open_send_auth"},
    {"handing", "code", "redeeming", "redeem"},
    {"browser", "code", "redeeming", "redeem"},
    {"redeeming", "retry", "redeeming", "redeem_later"},
    {"redeeming", "tokens", "signed_in", "keep"},
    {"*", "web", "browser", "open_web"},
    {"*", "declined", "failed", "stop"},
    {"*", "begin_again", "failed", "stop"},
    {"*", "mistake", "failed", "stop"},
    {"*", "late", "failed", "stop"},
    {"*", "unreachable", "failed", "stop"},
    {"*", "no_wechat", "failed", "tell_cancelled"},
    {"*", "untrusted", "failed", "stop"},
    {"*", "cancel", "failed", "tell_cancelled"},
  };

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int LEEWAY = 300;

  private Protocol() {}

  /** Next step and what to do; an event that does not belong to the step changes nothing. */
  static String[] next(String step, String event) {
    boolean underWay = !step.equals("idle") && !step.equals("signed_in") && !step.equals("failed");
    for (String[] row : TABLE) {
      boolean fits = row[0].equals(step) || (row[0].equals("*") && underWay);
      if (fits && row[1].equals(event)) {
        return new String[] {row[2], row[3]};
      }
    }
    return new String[] {step, "nothing"};
  }

  /** What an answer of /challenge or /token means for a sign-in. `status` 0: there was none. */
  static String event(int status, JSONObject body) {
    String error = body.optString("error");
    if (status <= 0 || status == 429 || status >= 500 || error.equals("use_dpop_nonce")) {
      return "retry";
    }
    if (status == 200) {
      return body.has("authorization_code") ? "code" : body.has("access_token") ? "tokens" : "retry";
    }
    switch (error) {
      case "":
        return "retry"; // cut off on its way, or of somebody between: Qiao names what is wrong
      case "insufficient_authorization":
        return waiting(body);
      case "redirect_to_web":
        return "web";
      case "access_denied":
        return "declined";
      case "invalid_session":
      case "invalid_grant":
        return "begin_again";
      default:
        return "mistake";
    }
  }

  private static String waiting(JSONObject body) {
    if (body.has("reason")) {
      return body.optString("reason").equals("code_rejected") ? "another_code" : "mistake";
    }
    if (body.has("connections")) {
      return "mistake";
    }
    return body.has("launch") ? "launch" : body.has("send_auth") ? "send_auth" : "wait";
  }

  /** Why a sign-in failed, by the event that ended it: the name of a {@link Qiao.Reason}. */
  static String reason(String event) {
    switch (event) {
      case "declined":
        return "DECLINED";
      case "wechat_no":
      case "cancel":
        return "CANCELLED";
      case "begin_again":
      case "late":
        return "EXPIRED";
      case "unreachable":
        return "UNAVAILABLE";
      case "no_wechat":
        return "NO_WECHAT";
      case "untrusted":
        return "UNTRUSTED";
      default:
        return "MISTAKE";
    }
  }

  /** A secret of one sign-in: 32 random bytes (RFC 7636 4.1 for a verifier). */
  static String secret() {
    byte[] bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    return base64url(bytes);
  }

  /** The PKCE challenge of a verifier (RFC 7636 4.2, S256). */
  static String challenge(String verifier) {
    return base64url(sha256(verifier));
  }

  static String form(Map<String, String> fields) {
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, String> field : fields.entrySet()) {
      text.append(text.length() == 0 ? "" : "&");
      text.append(encoded(field.getKey())).append("=").append(encoded(field.getValue()));
    }
    return text.toString();
  }

  /** The parameters of a redirect URI; of one that is there twice, nothing. */
  static Map<String, String> parameters(String address) {
    Map<String, String> found = new LinkedHashMap<>();
    String[] parts = address.split("[?#]", 3);
    for (String pair : parts.length > 1 ? parts[1].split("&") : new String[0]) {
      String[] halves = pair.split("=", 2);
      String name = decoded(halves[0]);
      found.put(name, found.containsKey(name) || halves.length < 2 ? "" : decoded(halves[1]));
    }
    return found;
  }

  /**
   * What a browser came back with: the code, or the event that it is.
   *
   * @return {"code", the code}, or an event of {@link #TABLE} alone; {"nothing"} for another sign-in's answer.
   */
  static String[] redirected(String address, String redirectUri, String state, String issuer) {
    Map<String, String> sent = parameters(address);
    boolean ours = address.split("[?#]", 2)[0].equals(redirectUri) && same(state, sent.get("state"));
    if (!ours || (sent.containsKey("iss") && !issuer.equals(sent.get("iss")))) {
      return new String[] {"nothing"};
    }
    String code = sent.get("code");
    if (code != null && !code.isEmpty() && !sent.containsKey("error")) {
      return new String[] {"code", code};
    }
    return new String[] {"access_denied".equals(sent.get("error")) ? "declined" : "mistake"};
  }

  /** The head and body of a DPoP proof, to be signed (RFC 9449 4.2); `token` and `nonce` may be null. */
  static String proof(ECPublicKey key, String method, String address, long now, String token, String nonce)
      throws JSONException {
    JSONObject head = new JSONObject().put("typ", "dpop+jwt").put("alg", "ES256").put("jwk", jwk(key));
    JSONObject body = new JSONObject();
    body.put("jti", secret()).put("htm", method).put("htu", address.split("[?#]", 2)[0]).put("iat", now);
    if (token != null) {
      body.put("ath", base64url(sha256(token)));
    }
    if (nonce != null) {
      body.put("nonce", nonce);
    }
    return base64url(utf8(head.toString())) + "." + base64url(utf8(body.toString()));
  }

  /** The key's thumbprint (RFC 7638): what tokens are bound to. */
  static String thumbprint(ECPublicKey key) {
    String x = coordinate(key.getW().getAffineX());
    String y = coordinate(key.getW().getAffineY());
    return base64url(sha256("{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"" + x + "\",\"y\":\"" + y + "\"}"));
  }

  private static JSONObject jwk(ECPublicKey key) throws JSONException {
    JSONObject jwk = new JSONObject().put("kty", "EC").put("crv", "P-256");
    jwk.put("x", coordinate(key.getW().getAffineX()));
    return jwk.put("y", coordinate(key.getW().getAffineY()));
  }

  private static String coordinate(BigInteger value) {
    return base64url(sized(value.toByteArray(), 32));
  }

  /** An ECDSA signature as JOSE has it, 64 bytes, of the platform's DER (RFC 7518 3.4). */
  static byte[] joseSignature(byte[] der) {
    int first = 4;
    int firstLength = der[3];
    int second = first + firstLength + 2;
    byte[] r = sized(Arrays.copyOfRange(der, first, first + firstLength), 32);
    byte[] s = sized(Arrays.copyOfRange(der, second, second + der[second - 1]), 32);
    byte[] both = Arrays.copyOf(r, 64);
    System.arraycopy(s, 0, both, 32, 32);
    return both;
  }

  /** The platform's DER of JOSE's 64 bytes. */
  static byte[] derSignature(byte[] jose) {
    byte[] r = new BigInteger(1, Arrays.copyOf(jose, 32)).toByteArray();
    byte[] s = new BigInteger(1, Arrays.copyOfRange(jose, 32, 64)).toByteArray();
    byte[] der = new byte[6 + r.length + s.length];
    der[0] = 0x30;
    der[1] = (byte) (der.length - 2);
    der[2] = 0x02;
    der[3] = (byte) r.length;
    System.arraycopy(r, 0, der, 4, r.length);
    der[4 + r.length] = 0x02;
    der[5 + r.length] = (byte) s.length;
    System.arraycopy(s, 0, der, 6 + r.length, s.length);
    return der;
  }

  /** The number's last bytes, with zeros before it where it is shorter. */
  private static byte[] sized(byte[] number, int length) {
    byte[] sized = new byte[length];
    int taken = Math.min(number.length, length);
    System.arraycopy(number, number.length - taken, sized, length - taken, taken);
    return sized;
  }

  /** Whether the ID token's signing key is among these: otherwise they are to be fetched anew. */
  static boolean knowsKey(String idToken, JSONObject jwks) {
    try {
      return keyFor(part(idToken, 0), jwks) != null;
    } catch (GeneralSecurityException | JSONException | RuntimeException e) {
      return false;
    }
  }

  /**
   * The claims of an ID token, once all of OpenID Connect Core 3.1.3.7 holds.
   *
   * @param now seconds since the epoch.
   * @throws GeneralSecurityException it does not hold; the message says what.
   */
  static JSONObject claims(String idToken, JSONObject jwks, String issuer, String clientId, String nonce, long now)
      throws GeneralSecurityException {
    try {
      String[] parts = idToken.split("\\.", -1);
      PublicKey key = parts.length == 3 ? keyFor(part(idToken, 0), jwks) : null;
      byte[] signed = utf8(idToken.substring(0, Math.max(0, idToken.lastIndexOf('.'))));
      check(key != null && isSigned(key, signed, decoded64(parts[2])), "signature");
      JSONObject claims = part(idToken, 1);
      check(issuer.equals(claims.getString("iss")), "iss");
      check(isFor(claims, clientId), "aud");
      check(now < claims.getLong("exp") + LEEWAY, "exp");
      check(claims.getLong("iat") < now + LEEWAY, "iat");
      check(same(nonce, claims.optString("nonce")), "nonce");
      check(!claims.getString("sub").isEmpty(), "sub");
      return claims;
    } catch (JSONException | RuntimeException e) {
      throw new GeneralSecurityException("shape", e);
    }
  }

  private static boolean isFor(JSONObject claims, String clientId) throws JSONException {
    JSONArray several = claims.optJSONArray("aud");
    if (several == null) {
      return clientId.equals(claims.getString("aud"));
    }
    boolean found = false;
    for (int i = 0; i < several.length(); i++) {
      found |= clientId.equals(several.getString(i));
    }
    return found && (several.length() == 1 || clientId.equals(claims.optString("azp")));
  }

  private static boolean isSigned(PublicKey key, byte[] signed, byte[] signature) throws GeneralSecurityException {
    boolean isEc = key instanceof ECPublicKey;
    if (isEc && signature.length != 64) {
      return false;
    }
    Signature judge = Signature.getInstance(isEc ? "SHA256withECDSA" : "SHA256withRSA");
    judge.initVerify(key);
    judge.update(signed);
    try {
      return judge.verify(isEc ? derSignature(signature) : signature);
    } catch (SignatureException e) {
      return false; // of another length than the key's
    }
  }

  /** The key that the head names; its algorithm must be RS256 or ES256, and the key's own. */
  private static PublicKey keyFor(JSONObject head, JSONObject jwks) throws GeneralSecurityException, JSONException {
    String algorithm = head.getString("alg");
    String type = algorithm.equals("RS256") ? "RSA" : algorithm.equals("ES256") ? "EC" : "";
    JSONArray keys = jwks.getJSONArray("keys");
    for (int i = 0; i < keys.length(); i++) {
      JSONObject jwk = keys.getJSONObject(i);
      if (type.equals(jwk.optString("kty")) && head.getString("kid").equals(jwk.optString("kid"))) {
        return type.equals("RSA") ? rsa(jwk) : ec(jwk);
      }
    }
    return null;
  }

  private static PublicKey rsa(JSONObject jwk) throws GeneralSecurityException, JSONException {
    return KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(number(jwk, "n"), number(jwk, "e")));
  }

  private static PublicKey ec(JSONObject jwk) throws GeneralSecurityException, JSONException {
    AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
    curve.init(new ECGenParameterSpec("secp256r1"));
    ECPoint point = new ECPoint(number(jwk, "x"), number(jwk, "y"));
    ECParameterSpec parameters = curve.getParameterSpec(ECParameterSpec.class);
    return KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, parameters));
  }

  private static BigInteger number(JSONObject jwk, String name) throws JSONException {
    return new BigInteger(1, decoded64(jwk.getString(name)));
  }

  private static JSONObject part(String token, int index) throws JSONException {
    return new JSONObject(new String(decoded64(token.split("\\.", -1)[index]), StandardCharsets.UTF_8));
  }

  private static void check(boolean holds, String what) throws GeneralSecurityException {
    if (!holds) {
      throw new GeneralSecurityException(what);
    }
  }

  /** Compared in the same time wherever they differ. */
  static boolean same(String expected, String given) {
    return given != null && MessageDigest.isEqual(utf8(expected), utf8(given));
  }

  static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(utf8(text));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every Android has it
    }
  }

  static String base64url(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static byte[] decoded64(String text) {
    return Base64.getUrlDecoder().decode(text);
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String encoded(String text) {
    try {
      return URLEncoder.encode(text, "UTF-8");
    } catch (java.io.UnsupportedEncodingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, "UTF-8");
    } catch (java.io.UnsupportedEncodingException | IllegalArgumentException e) {
      return "";
    }
  }
}
