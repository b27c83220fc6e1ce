package com.example.sample;

import android.app.Application;
import qiao.signin.AndroidPhone;
import qiao.signin.OpenSdk;
import qiao.signin.Qiao;

/** Holds what signs people in; it is made anew with each process, also with one that WeChat starts. */
public final class SampleApp extends Application {
  public static final String ISSUER = "https://login.example.com";

  public Qiao qiao;
  public OpenSdk weChat;

  @Override
  public void onCreate() {
    super.onCreate();
    weChat = new OpenSdk(this, "wxfedcba9876543210");
    String scope = "openid profile phone wechat offline_access";
    qiao = new Qiao(new AndroidPhone(this), weChat, ISSUER, "my-app", "com.example.sample:/callback", scope);
    weChat.answerTo(qiao);
    if (getSharedPreferences("app", MODE_PRIVATE).getBoolean("agreed", false)) {
      weChat.allow();
    }
  }
}
