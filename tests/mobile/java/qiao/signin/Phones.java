package qiao.signin;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.ProviderException;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.json.JSONException;
import org.json.JSONObject;

/**
 * Many phones in one process, each with the app and a network of its own: a proxy's port on this machine. What
 * happens on one is a line of JSON on the output with its name; what its owner does is a line on the input.
 *
 * Arguments: issuer, client_id, redirect URI, scope. Lines: `NAME sign-in CONNECTION PORT`, `NAME killed` (the app's
 * process, and a new one goes on), `NAME cancel`, `NAME returned`, `NAME send-auth CODE STATE`, `NAME
 * send-auth-denied`, `NAME keystore-breaks`.
 */
public final class Phones {
  private static final Map<String, Owned> PHONES = new ConcurrentHashMap<>();
  private static final ThreadLocal<Integer> PORT = new ThreadLocal<>();

  private Phones() {}

  public static void main(String[] known) throws Exception {
    ProxySelector.setDefault(new OwnNetwork());
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      String[] words = line.split(" ");
      Owned phone = PHONES.computeIfAbsent(words[0], name -> new Owned(name, known));
      phone.obey(words);
    }
  }

  /** A phone, and what it remembers; an app on it is one process's. */
  private static final class Owned {
    final String name;
    final String[] known;
    final Map<String, String> memory = new ConcurrentHashMap<>();
    final KeyPair pair;
    App app;
    int port;
    volatile boolean isBroken;

    Owned(String name, String[] known) {
      this.name = name;
      this.known = known;
      try {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        pair = generator.generateKeyPair();
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
      app = new App(this);
    }

    void obey(String[] words) throws JSONException {
      switch (words[1]) {
        case "sign-in":
          port = Integer.parseInt(words[3]);
          app.qiao.signIn(words[2], app);
          break;
        case "killed":
          app.isDead = true;
          app.qiao.cancel(); // nothing but that its connection ends
          app = new App(this);
          say("resumed", "under_way", app.qiao.resume(app));
          break;
        case "keystore-breaks":
          isBroken = true;
          break;
        case "cancel":
          app.qiao.cancel();
          break;
        case "returned":
          app.qiao.returned();
          break;
        case "send-auth":
          app.qiao.sendAuthAnswered(words[2], words[3]);
          break;
        case "send-auth-denied":
          app.qiao.sendAuthAnswered(null, null);
          break;
        default:
          throw new IllegalArgumentException(words[1]);
      }
    }

    synchronized void say(String event, Object... members) {
      try {
        JSONObject line = new JSONObject().put("phone", name).put("event", event);
        for (int i = 0; i < members.length; i += 2) {
          line.put((String) members[i], members[i + 1]);
        }
        line.put("has_tokens", memory.containsKey("tokens"));
        synchronized (System.out) {
          System.out.println(line);
          System.out.flush();
        }
      } catch (JSONException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** The app in one process: once that is killed it neither remembers nor shows anything. */
  private static final class App implements Qiao.Phone, Qiao.WeChat, Qiao.Listener {
    final Owned owned;
    final Qiao qiao;
    volatile boolean isDead;

    App(Owned owned) {
      this.owned = owned;
      qiao = new Qiao(this, this, owned.known[0], owned.known[1], owned.known[2], owned.known[3]);
    }

    private void alive() {
      if (isDead) {
        throw new IllegalStateException("killed");
      }
      PORT.set(owned.port);
    }

    @Override
    public void waiting(int number, boolean opened) {
      alive();
      owned.say("waiting", "number", number, "opened", opened);
    }

    @Override
    public void signedIn(JSONObject claims) {
      alive();
      owned.say("signed_in", "sub", claims.optString("sub"));
    }

    @Override
    public void failed(Qiao.Reason reason) {
      alive();
      owned.say("failed", "reason", reason.name());
    }

    @Override
    public boolean launch(String userName, String path, int type) {
      alive();
      owned.say("launch", "user_name", userName, "path", path, "type", type);
      return true;
    }

    @Override
    public boolean sendAuth(String scope, String state, boolean nonAutomatic) {
      alive();
      owned.say("send_auth", "scope", scope, "state", state);
      return true;
    }

    @Override
    public boolean open(String address) {
      alive();
      owned.say("browser", "address", address);
      return true;
    }

    @Override
    public String read(String name) {
      alive();
      return owned.memory.get(name);
    }

    @Override
    public void write(String name, String value) {
      alive();
      if (value == null) {
        owned.memory.remove(name);
      } else {
        owned.memory.put(name, value);
      }
    }

    @Override
    public ECPublicKey key() {
      return (ECPublicKey) owned.pair.getPublic();
    }

    @Override
    public byte[] sign(byte[] data) throws GeneralSecurityException {
      if (owned.isBroken) {
        throw new ProviderException("Keystore operation failed"); // as Android's does
      }
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(owned.pair.getPrivate());
      signature.update(data);
      return signature.sign();
    }

    @Override
    public String name() {
      return owned.name;
    }

    @Override
    public void tell(Runnable message) {
      message.run();
    }
  }

  /** Each phone's requests go by its own port: its thread is known by what it has read last. */
  private static final class OwnNetwork extends ProxySelector {
    @Override
    public List<Proxy> select(URI address) {
      InetSocketAddress where = new InetSocketAddress("127.0.0.1", PORT.get());
      return Collections.singletonList(new Proxy(Proxy.Type.HTTP, where));
    }

    @Override
    public void connectFailed(URI address, SocketAddress where, IOException reason) {}
  }
}
