import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Map;
import org.json.JSONException;
import org.json.JSONObject;
import qiao.signin.Qiao;

/**
 * The helper's core on a JDK, for the demo and for tests: an app without a screen. What happens is a line of JSON on
 * the output; what the person and WeChat do is a line on the input. Its folder is the phone's memory.
 *
 * Arguments: folder, issuer, client_id, redirect URI, scope, then `sign-in CONNECTION`, `browser` or `resume`.
 */
public final class Desktop implements Qiao.Phone, Qiao.WeChat, Qiao.Listener {
  private final Path folder;

  private Desktop(Path folder) {
    this.folder = folder;
  }

  public static void main(String[] sent) throws Exception {
    Desktop desktop = new Desktop(Paths.get(sent[0]));
    Qiao qiao = new Qiao(desktop, desktop, sent[1], sent[2], sent[3], sent[4]);
    if (sent[5].equals("resume")) {
      say("resumed", "under_way", qiao.resume(desktop));
    } else {
      qiao.signIn(sent[5].equals("browser") ? Qiao.BROWSER : sent[6], desktop);
    }
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      obey(qiao, desktop, line.split(" "));
    }
  }

  private static void obey(Qiao qiao, Desktop desktop, String[] line) throws JSONException {
    switch (line[0]) {
      case "sign-in":
        qiao.signIn(line[1], desktop);
        break;
      case "cancel":
        qiao.cancel();
        break;
      case "returned":
        qiao.returned();
        break;
      case "send-auth":
        qiao.sendAuthAnswered(line[1], line[2]);
        break;
      case "send-auth-denied":
        qiao.sendAuthAnswered(null, null);
        break;
      case "redirected":
        qiao.redirected(line[1]);
        break;
      case "headers":
        headers(qiao, line[1], line[2]);
        break;
      case "sign-out":
        qiao.signOut();
        break;
      default:
        throw new IllegalArgumentException(line[0]);
    }
  }

  private static void headers(Qiao qiao, String method, String address) throws JSONException {
    try {
      Map<String, String> headers = qiao.headers(method, address);
      say("headers", "headers", headers == null ? JSONObject.NULL : new JSONObject(headers));
    } catch (IOException e) {
      say("headers", "headers", "unreachable");
    }
  }

  @Override
  public void waiting(int number, boolean opened) {
    say("waiting", "number", number, "opened", opened);
  }

  @Override
  public void signedIn(JSONObject claims) {
    say("signed_in", "claims", claims);
  }

  @Override
  public void failed(Qiao.Reason reason) {
    say("failed", "reason", reason.name(), "words", reason.words("en"));
  }

  @Override
  public boolean launch(String userName, String path, int type) {
    say("launch", "user_name", userName, "path", path, "type", type);
    return true;
  }

  @Override
  public boolean sendAuth(String scope, String state, boolean nonAutomatic) {
    say("send_auth", "scope", scope, "state", state, "non_automatic", nonAutomatic);
    return true;
  }

  @Override
  public boolean open(String address) {
    say("browser", "address", address);
    return true;
  }

  private static synchronized void say(String event, Object... members) {
    try {
      JSONObject line = new JSONObject().put("event", event);
      for (int i = 0; i < members.length; i += 2) {
        line.put((String) members[i], members[i + 1]);
      }
      System.out.println(line);
      System.out.flush();
    } catch (JSONException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public synchronized String read(String name) {
    try {
      Path file = folder.resolve(name);
      return Files.exists(file) ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8) : null;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public synchronized void write(String name, String value) {
    try {
      if (value == null) {
        Files.deleteIfExists(folder.resolve(name));
        return;
      }
      Path made = Files.write(folder.resolve(name + ".new"), value.getBytes(StandardCharsets.UTF_8));
      Files.move(made, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public ECPublicKey key() throws GeneralSecurityException {
    return (ECPublicKey) pair().getPublic();
  }

  @Override
  public byte[] sign(byte[] data) throws GeneralSecurityException {
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(pair().getPrivate());
    signature.update(data);
    return signature.sign();
  }

  /** In a file, where a phone has it in its keystore: it is to be there in the next process. */
  private synchronized KeyPair pair() throws GeneralSecurityException {
    try {
      Path secret = folder.resolve("key");
      Path open = folder.resolve("key.pub");
      if (!Files.exists(open)) {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair made = generator.generateKeyPair();
        Files.write(secret, made.getPrivate().getEncoded());
        Files.write(open, made.getPublic().getEncoded());
      }
      KeyFactory keys = KeyFactory.getInstance("EC");
      return new KeyPair(
          keys.generatePublic(new X509EncodedKeySpec(Files.readAllBytes(open))),
          keys.generatePrivate(new PKCS8EncodedKeySpec(Files.readAllBytes(secret))));
    } catch (IOException e) {
      throw new GeneralSecurityException(e);
    }
  }

  @Override
  public String name() {
    return "Java on " + System.getProperty("os.name");
  }

  @Override
  public void tell(Runnable message) {
    message.run();
  }
}
