package com.example.sample;

import android.app.Activity;
import android.content.Intent;
import android.os.Bundle;
import android.widget.Button;
import android.widget.LinearLayout;
import android.widget.TextView;
import java.util.Locale;
import org.json.JSONObject;
import qiao.signin.Qiao;

/** Three buttons, one for each way, and what comes of it. */
public final class MainActivity extends Activity implements Qiao.Listener {
  private TextView shown;
  private SampleApp app;

  @Override
  protected void onCreate(Bundle saved) {
    super.onCreate(saved);
    app = (SampleApp) getApplication();
    LinearLayout page = new LinearLayout(this);
    page.setOrientation(LinearLayout.VERTICAL);
    page.addView(shown = new TextView(this));
    page.addView(button("微信小程序 Mini program", () -> signIn("wechat")));
    page.addView(button("微信 SendAuth", () -> signIn("wechat-app")));
    page.addView(button("浏览器 Browser", () -> signIn(Qiao.BROWSER)));
    page.addView(button("取消 Cancel", app.qiao::cancel));
    setContentView(page);
    app.qiao.resume(this);
    onNewIntent(getIntent());
  }

  /** The person has read the privacy terms and agreed: a real app has asked them before. */
  private void signIn(String connection) {
    getSharedPreferences("app", MODE_PRIVATE).edit().putBoolean("agreed", true).apply();
    app.weChat.allow();
    app.qiao.signIn(connection, this);
  }

  @Override
  protected void onNewIntent(Intent intent) {
    super.onNewIntent(intent);
    if (intent != null && intent.getDataString() != null) {
      app.qiao.redirected(intent.getDataString());
    }
  }

  @Override
  protected void onResume() {
    super.onResume();
    app.qiao.returned();
  }

  @Override
  public void waiting(int number, boolean opened) {
    shown.setText("若小程序询问数字 If a number is asked for: " + number);
  }

  @Override
  public void signedIn(JSONObject claims) {
    shown.setText(claims.optString("sub"));
  }

  @Override
  public void failed(Qiao.Reason reason) {
    shown.setText(reason.words(Locale.getDefault().getLanguage()));
  }

  private Button button(String label, Runnable press) {
    Button button = new Button(this);
    button.setText(label);
    button.setOnClickListener(view -> press.run());
    return button;
  }
}
