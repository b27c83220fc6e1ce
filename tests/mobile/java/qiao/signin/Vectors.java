package qiao.signin;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Base64;
import java.util.Iterator;
import org.json.JSONArray;
import org.json.JSONObject;

/** Asks the Java core everything in a file of vectors; one line for each that it answers otherwise. */
public final class Vectors {
  private int asked;

  public static void main(String[] sent) throws Exception {
    byte[] file = Files.readAllBytes(Paths.get(sent[0]));
    Vectors vectors = new Vectors();
    vectors.ask(new JSONObject(new String(file, StandardCharsets.UTF_8)));
    System.out.println("asked " + vectors.asked);
  }

  private void ask(JSONObject all) throws Exception {
    for (JSONObject one : each(all, "pkce")) {
      compare("pkce", one.getString("challenge"), Protocol.challenge(one.getString("verifier")));
    }
    JSONArray steps = all.getJSONArray("steps");
    for (int i = 0; i < steps.length(); i++) {
      JSONArray row = steps.getJSONArray(i);
      String[] next = Protocol.next(row.getString(0), row.getString(1));
      compare("step " + row, row.getString(2) + " " + row.getString(3), next[0] + " " + next[1]);
    }
    for (JSONObject one : each(all, "answers")) {
      String event = Protocol.event(one.getInt("status"), one.getJSONObject("body"));
      compare("answer " + one, one.getString("event"), event);
    }
    JSONObject reasons = all.getJSONObject("reasons");
    for (Iterator<?> events = reasons.keys(); events.hasNext(); ) {
      String event = (String) events.next();
      compare("reason of " + event, reasons.getString(event), Protocol.reason(event));
    }
    JSONObject words = all.getJSONObject("words");
    for (Qiao.Reason reason : Qiao.Reason.values()) {
      JSONObject told = words.getJSONObject(reason.name());
      compare("words", told.getString("en") + told.getString("zh"), reason.words("en") + reason.words("zh-CN"));
    }
    compare("reasons", "" + words.length(), "" + Qiao.Reason.values().length);
    redirects(all);
    for (JSONObject one : each(all, "signatures")) {
      byte[] der = decoded(one.getString("der"));
      byte[] jose = decoded(one.getString("jose"));
      compare("jose", one.getString("jose"), Protocol.base64url(Protocol.joseSignature(der)));
      compare("der", one.getString("der"), Protocol.base64url(Protocol.derSignature(jose)));
    }
    for (JSONObject one : each(all, "thumbprints")) {
      compare("thumbprint", one.getString("thumbprint"), Protocol.thumbprint(key(one.getJSONObject("jwk"))));
    }
    idTokens(all);
  }

  private void redirects(JSONObject all) throws Exception {
    JSONObject of = all.getJSONObject("redirect");
    for (JSONObject one : each(all, "redirects")) {
      String[] came =
          Protocol.redirected(
              one.getString("address"), of.getString("redirect_uri"), of.getString("state"), of.getString("issuer"));
      compare("redirect " + one, one.getJSONArray("result").toString(), new JSONArray(java.util.Arrays.asList(came)).toString());
    }
  }

  private void idTokens(JSONObject all) throws Exception {
    JSONObject of = all.getJSONObject("id_token");
    for (JSONObject one : each(all, "id_tokens")) {
      String refused = "";
      try {
        Protocol.claims(
            one.getString("token"),
            one.getJSONObject("jwks"),
            of.getString("issuer"),
            of.getString("client_id"),
            of.getString("nonce"),
            of.getLong("now"));
      } catch (GeneralSecurityException e) {
        refused = e.getMessage();
      }
      compare("ID token " + one.getString("token"), one.getString("refused"), refused);
    }
  }

  private static ECPublicKey key(JSONObject jwk) throws Exception {
    AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
    curve.init(new ECGenParameterSpec("secp256r1"));
    ECPoint point = new ECPoint(number(jwk.getString("x")), number(jwk.getString("y")));
    ECParameterSpec parameters = curve.getParameterSpec(ECParameterSpec.class);
    return (ECPublicKey) KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, parameters));
  }

  private static BigInteger number(String text) {
    return new BigInteger(1, decoded(text));
  }

  private static byte[] decoded(String text) {
    return Base64.getUrlDecoder().decode(text);
  }

  private static JSONObject[] each(JSONObject all, String name) throws Exception {
    JSONArray found = all.getJSONArray(name);
    JSONObject[] each = new JSONObject[found.length()];
    for (int i = 0; i < each.length; i++) {
      each[i] = found.getJSONObject(i);
    }
    return each;
  }

  private void compare(String what, String expected, String found) {
    asked++;
    if (!expected.equals(found)) {
      System.out.println(what + ": expected " + expected + ", found " + found);
    }
  }
}
