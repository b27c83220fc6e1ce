package qiao.signin;

import android.app.Activity;
import android.content.Context;
import android.content.Intent;
import android.os.Bundle;
import com.tencent.mm.opensdk.modelbase.BaseReq;
import com.tencent.mm.opensdk.modelbase.BaseResp;
import com.tencent.mm.opensdk.modelbiz.WXLaunchMiniProgram;
import com.tencent.mm.opensdk.modelmsg.SendAuth;
import com.tencent.mm.opensdk.openapi.IWXAPI;
import com.tencent.mm.opensdk.openapi.IWXAPIEventHandler;
import com.tencent.mm.opensdk.openapi.WXAPIFactory;

/** WeChat's OpenSDK. It is not touched before the person has agreed to the app's own privacy terms. */
public final class OpenSdk implements Qiao.WeChat {
  private static volatile OpenSdk current;

  private final Context context;
  private final String appId;
  private volatile Qiao qiao;
  private volatile boolean allowed;
  private IWXAPI api;

  /** @param appId of the app at WeChat's Open Platform. */
  public OpenSdk(Context context, String appId) {
    this.context = context.getApplicationContext();
    this.appId = appId;
    current = this;
  }

  /** Call it in `Application.onCreate`: who is told what WeChat answers. */
  public void answerTo(Qiao qiao) {
    this.qiao = qiao;
  }

  /** The person has agreed to the app's privacy terms (in this process or before): call it at each start. */
  public void allow() {
    allowed = true;
  }

  @Override
  public boolean launch(String userName, String path, int type) {
    WXLaunchMiniProgram.Req request = new WXLaunchMiniProgram.Req();
    request.userName = userName;
    request.path = path;
    request.miniprogramType = type;
    return send(request);
  }

  @Override
  public boolean sendAuth(String scope, String state, boolean nonAutomatic) {
    SendAuth.Req request = new SendAuth.Req();
    request.scope = scope;
    request.state = state;
    request.nonAutomatic = nonAutomatic;
    return send(request);
  }

  private boolean send(BaseReq request) {
    IWXAPI found = api();
    return found != null && found.isWXAppInstalled() && found.sendReq(request);
  }

  private synchronized IWXAPI api() {
    if (api == null && allowed) {
      IWXAPI made = WXAPIFactory.createWXAPI(context, appId, true);
      api = made.registerApp(appId) ? made : null;
    }
    return api;
  }

  private void answered(BaseResp answer) {
    if (qiao == null) {
      return;
    }
    if (answer instanceof SendAuth.Resp) {
      SendAuth.Resp given = (SendAuth.Resp) answer;
      boolean isGiven = given.errCode == BaseResp.ErrCode.ERR_OK;
      qiao.sendAuthAnswered(isGiven ? given.code : null, given.state);
    } else {
      qiao.returned(); // WXLaunchMiniProgram.Resp: its extMsg is anybody's word, and says "look again"
    }
  }

  /** Yours is `<package>.wxapi.WXEntryActivity extends OpenSdk.EntryActivity`, exported, with no line in it. */
  public static class EntryActivity extends Activity implements IWXAPIEventHandler {
    @Override
    protected void onCreate(Bundle saved) {
      super.onCreate(saved);
      handle(getIntent());
    }

    @Override
    protected void onNewIntent(Intent intent) {
      super.onNewIntent(intent);
      handle(intent);
    }

    private void handle(Intent intent) {
      IWXAPI api = current == null ? null : current.api();
      try {
        if (api != null) {
          api.handleIntent(intent, this);
        }
      } catch (RuntimeException e) {
        // Any app can send this activity an intent, and the SDK reads what is in it.
      }
      finish();
    }

    /** ShowMessageFromWX: how a mini program comes back to an app whose process has ended. */
    @Override
    public void onReq(BaseReq request) {
      if (current.qiao != null) {
        current.qiao.returned();
      }
      Intent front = getPackageManager().getLaunchIntentForPackage(getPackageName());
      if (front != null) {
        startActivity(front);
      }
    }

    @Override
    public void onResp(BaseResp answer) {
      current.answered(answer);
    }
  }
}
