package qiao.signin;

import android.content.ActivityNotFoundException;
import android.content.Context;
import android.content.Intent;
import android.content.SharedPreferences;
import android.net.Uri;
import android.os.Build;
import android.os.Handler;
import android.os.Looper;
import android.security.keystore.KeyGenParameterSpec;
import android.security.keystore.KeyProperties;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/** Android: keys in the Android Keystore, what is kept sealed by one of them, the browser by a plain intent. */
public final class AndroidPhone implements Qiao.Phone {
  private static final String STORE = "AndroidKeyStore";
  private static final String PROOFS = "qiao.proofs";
  private static final String SEAL = "qiao.seal";
  private static final int NONCE = 12;

  private final Context context;
  private final SharedPreferences kept;
  private final Handler main = new Handler(Looper.getMainLooper());

  public AndroidPhone(Context context) {
    this.context = context.getApplicationContext();
    this.kept = this.context.getSharedPreferences("qiao", Context.MODE_PRIVATE);
  }

  @Override
  public synchronized String read(String name) {
    String sealed = kept.getString(name, null);
    if (sealed == null) {
      return null;
    }
    try {
      byte[] bytes = Base64.getDecoder().decode(sealed);
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(Cipher.DECRYPT_MODE, seal(), new GCMParameterSpec(128, bytes, 0, NONCE));
      cipher.updateAAD(Protocol.utf8(name));
      return new String(cipher.doFinal(bytes, NONCE, bytes.length - NONCE), StandardCharsets.UTF_8);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return null; // restored on another phone, whose keystore has another key
    }
  }

  @Override
  public synchronized void write(String name, String value) {
    try {
      String sealed = value == null ? null : sealed(name, value);
      kept.edit().putString(name, sealed).commit(); // null removes it; commit, since the process may end
    } catch (GeneralSecurityException e) {
      kept.edit().remove(name).commit();
    }
  }

  private static String sealed(String name, String value) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(Cipher.ENCRYPT_MODE, seal());
    cipher.updateAAD(Protocol.utf8(name));
    byte[] secret = cipher.doFinal(Protocol.utf8(value));
    byte[] whole = Arrays.copyOf(cipher.getIV(), NONCE + secret.length);
    System.arraycopy(secret, 0, whole, NONCE, secret.length);
    return Base64.getEncoder().encodeToString(whole);
  }

  private static SecretKey seal() throws GeneralSecurityException {
    KeyStore store = store();
    if (!store.containsAlias(SEAL)) {
      KeyGenerator generator = KeyGenerator.getInstance(KeyProperties.KEY_ALGORITHM_AES, STORE);
      int purposes = KeyProperties.PURPOSE_ENCRYPT | KeyProperties.PURPOSE_DECRYPT;
      generator.init(
          new KeyGenParameterSpec.Builder(SEAL, purposes)
              .setBlockModes(KeyProperties.BLOCK_MODE_GCM)
              .setEncryptionPaddings(KeyProperties.ENCRYPTION_PADDING_NONE)
              .build());
      return generator.generateKey();
    }
    return (SecretKey) store.getKey(SEAL, null);
  }

  @Override
  public synchronized ECPublicKey key() throws GeneralSecurityException {
    KeyStore store = store();
    if (!store.containsAlias(PROOFS)) {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(KeyProperties.KEY_ALGORITHM_EC, STORE);
      generator.initialize(
          new KeyGenParameterSpec.Builder(PROOFS, KeyProperties.PURPOSE_SIGN)
              .setAlgorithmParameterSpec(new ECGenParameterSpec("secp256r1"))
              .setDigests(KeyProperties.DIGEST_SHA256)
              .build());
      return (ECPublicKey) generator.generateKeyPair().getPublic();
    }
    return (ECPublicKey) store.getCertificate(PROOFS).getPublicKey();
  }

  @Override
  public byte[] sign(byte[] data) throws GeneralSecurityException {
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign((PrivateKey) store().getKey(PROOFS, null));
    signature.update(data);
    return signature.sign();
  }

  private static KeyStore store() throws GeneralSecurityException {
    try {
      KeyStore store = KeyStore.getInstance(STORE);
      store.load(null);
      return store;
    } catch (java.io.IOException e) {
      throw new GeneralSecurityException(e);
    }
  }

  @Override
  public boolean open(String address) {
    Intent intent = new Intent(Intent.ACTION_VIEW, Uri.parse(address));
    intent.addFlags(Intent.FLAG_ACTIVITY_NEW_TASK);
    try {
      context.startActivity(intent);
      return true;
    } catch (ActivityNotFoundException e) {
      return false;
    }
  }

  @Override
  public String name() {
    return Build.MANUFACTURER + " " + Build.MODEL;
  }

  @Override
  public void tell(Runnable message) {
    main.post(message);
  }
}
