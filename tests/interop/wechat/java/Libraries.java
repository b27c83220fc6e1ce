import cn.binarywang.wx.miniapp.api.impl.WxMaServiceImpl;
import cn.binarywang.wx.miniapp.bean.WxMaSubscribeMessage;
import cn.binarywang.wx.miniapp.bean.security.WxMaMsgSecCheckCheckRequest;
import cn.binarywang.wx.miniapp.bean.shortlink.GenerateShortLinkRequest;
import cn.binarywang.wx.miniapp.config.impl.WxMaDefaultConfigImpl;
import com.google.gson.JsonObject;
import com.xkcoding.http.config.HttpConfig;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import me.chanjar.weixin.common.bean.WxJsapiSignature;
import me.chanjar.weixin.common.bean.oauth2.WxOAuth2AccessToken;
import me.chanjar.weixin.common.error.WxErrorException;
import me.chanjar.weixin.mp.api.impl.WxMpServiceImpl;
import me.chanjar.weixin.mp.config.impl.WxMpDefaultConfigImpl;
import me.chanjar.weixin.mp.config.WxMpHostConfig;
import me.chanjar.weixin.open.api.WxOpenComponentService;
import me.chanjar.weixin.open.api.impl.WxOpenInMemoryConfigStorage;
import me.chanjar.weixin.open.api.impl.WxOpenServiceImpl;
import me.chanjar.weixin.open.bean.message.WxOpenXmlMessage;
import me.zhyd.oauth.config.AuthConfig;
import me.zhyd.oauth.model.AuthCallback;
import me.zhyd.oauth.model.AuthResponse;
import me.zhyd.oauth.model.AuthUser;
import me.zhyd.oauth.request.AuthDefaultRequest;
import me.zhyd.oauth.request.AuthWeChatMpRequest;
import me.zhyd.oauth.request.AuthWeChatOpenRequest;
import me.zhyd.oauth.request.AuthWechatMiniProgramRequest;

/** WxJava and JustAuth: by their own settings for addresses and proxies. */
public final class Libraries {
    private static final String SITE = "http://site.example/back";
    private static JsonObject asked;

    private Libraries() {}

    public static void main(String[] arguments) throws Exception {
        asked = Conversation.heard();
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("mini", byWxJavaOfMiniPrograms());
        told.put("account", byWxJavaOfAccounts());
        told.put("party", byWxJavaAsThirdParty());
        told.put("justAuth", byJustAuth());
        Conversation.say(Map.of("told", told));
        System.exit(0);
    }

    private static Map<String, Object> byWxJavaOfMiniPrograms() throws Exception {
        JsonObject app = app("mini");
        WxMaDefaultConfigImpl config = new WxMaDefaultConfigImpl();
        config.setAppid(Conversation.text(app, "appid"));
        config.setSecret(Conversation.text(app, "secret"));
        config.setApiHostUrl(Conversation.text(asked, "sandbox"));
        config.useStableAccessToken(true);
        WxMaServiceImpl service = new WxMaServiceImpl();
        service.setWxMaConfig(config);

        Map<String, Object> told = new TreeMap<>();
        String openid = service.jsCode2SessionInfo(Conversation.code(app, "js")).getOpenid();
        told.put("openid", openid);
        told.put("phone", service.getUserService()
                .getPhoneNumber(Conversation.code(app, "phone")).getPurePhoneNumber());
        told.put("limited", service.getUserService()
                .getCode2VerifyInfo(Conversation.code(app, "js"), "checkcode").getIsLimit());
        told.put("text", service.getSecurityService()
                .checkMessage(WxMaMsgSecCheckCheckRequest.builder()
                        .version("2").openid(openid).scene(1).content("hello").build())
                .getResult().getSuggest());
        String link = service.getLinkService().generateShortLink(
                GenerateShortLinkRequest.builder().pageUrl("pages/login/index?ticket=a").build());
        told.put("link", link.startsWith("#小程序://"));
        told.put("picture", service.getQrcodeService()
                .createWxaCodeUnlimitBytes("scene", "pages/login/index", true, "release", 430,
                        true, null, false).length > 1000);
        Conversation.control("/subscriptions",
                Map.of("appid", config.getAppid(), "person", "han-meimei"));
        service.getSubscribeService().sendSubscribeMsg(WxMaSubscribeMessage.builder()
                .toUser(openid).templateId(Conversation.text(asked, "template")).build()
                .addData(new WxMaSubscribeMessage.MsgData("thing1", "Corner Bookshop"))
                .addData(new WxMaSubscribeMessage.MsgData("time2", "2026-11-01 08:00")));
        try {
            service.jsCode2SessionInfo("mock");
        } catch (WxErrorException error) {
            told.put("mock", error.getError().getErrorCode());
        }
        return told;
    }

    private static Map<String, Object> byWxJavaOfAccounts() throws Exception {
        JsonObject app = app("official");
        WxMpDefaultConfigImpl config = new WxMpDefaultConfigImpl();
        config.setAppId(Conversation.text(app, "appid"));
        config.setSecret(Conversation.text(app, "secret"));
        String sandbox = Conversation.text(asked, "sandbox");
        config.setHostConfig(WxMpHostConfig.builder()
                .apiHost(sandbox).openHost(sandbox).mpHost(sandbox).build());
        WxMpServiceImpl service = new WxMpServiceImpl();
        service.setWxMpConfigStorage(config);

        Map<String, Object> told = new TreeMap<>();
        WxJsapiSignature signed = service.createJsapiSignature("http://site.example/page?a=1");
        told.put("jsapi", Conversation.control("/jsapi-configs", Map.of(
                "appid", signed.getAppId(),
                "timestamp", signed.getTimestamp(),
                "nonce", signed.getNonceStr(),
                "signature", signed.getSignature(),
                "url", signed.getUrl())).get("errMsg").getAsString());
        String url = service.getOAuth2Service().buildAuthorizationUrl(SITE, "snsapi_userinfo", "abc");
        WxOAuth2AccessToken token =
                service.getOAuth2Service().getAccessToken(Conversation.back(url, "code"));
        told.put("openid", token.getOpenId());
        told.put("nickname", service.getOAuth2Service().getUserInfo(token, "zh_CN").getNickname());
        told.put("alive", service.getOAuth2Service().validateAccessToken(token));
        told.put("refreshed", service.getOAuth2Service()
                .refreshAccessToken(token.getRefreshToken()).getOpenId());
        return told;
    }

    private static Map<String, Object> byWxJavaAsThirdParty() throws Exception {
        JsonObject component = app("component");
        WxOpenInMemoryConfigStorage config = new WxOpenInMemoryConfigStorage();
        config.setComponentAppId(Conversation.text(component, "appid"));
        config.setComponentAppSecret(Conversation.text(component, "secret"));
        config.setComponentToken(Conversation.text(asked, "push_token"));
        config.setComponentAesKey(Conversation.text(asked, "push_key"));
        URI proxy = URI.create(Conversation.text(asked, "proxy"));
        config.setHttpProxyHost(proxy.getHost());
        config.setHttpProxyPort(proxy.getPort());
        WxOpenServiceImpl service = new WxOpenServiceImpl();
        service.setWxOpenConfigStorage(config);
        WxOpenComponentService party = service.getWxOpenComponentService();

        JsonObject push = Conversation.control("/component-tickets",
                Map.of("appid", config.getComponentAppId())).getAsJsonObject("push");
        JsonObject query = push.getAsJsonObject("query");
        Map<String, Object> told = new TreeMap<>();
        told.put("pushed", party.route(WxOpenXmlMessage.fromEncryptedXml(
                Conversation.text(push, "body"), config, Conversation.text(query, "timestamp"),
                Conversation.text(query, "nonce"), Conversation.text(query, "msg_signature"))));
        told.put("pre_auth", party.getPreAuthUrl(SITE).startsWith("https://mp.weixin.qq.com/"));
        for (String name : new String[] {"mini", "official"}) {
            String yes = Conversation.control("/component-authorizations", Map.of(
                    "component_appid", config.getComponentAppId(),
                    "appid", Conversation.text(app(name), "appid")))
                    .get("authorization_code").getAsString();
            told.put(name + "_account",
                    party.getQueryAuth(yes).getAuthorizationInfo().getAuthorizerAppid());
        }
        String mini = Conversation.text(app("mini"), "appid");
        told.put("mini", party.miniappJscode2Session(mini, Conversation.code(app("mini"), "js")).getOpenid());
        String official = Conversation.text(app("official"), "appid");
        String url = party.oauth2buildAuthorizationUrl(official, SITE, "snsapi_userinfo", "abc");
        told.put("official",
                party.oauth2getAccessToken(official, Conversation.back(url, "code")).getOpenId());
        return told;
    }

    private static Map<String, Object> byJustAuth() throws Exception {
        Map<String, Object> told = new TreeMap<>();
        told.put("website", signedIn(new AuthWeChatOpenRequest(justAuth("website"))));
        told.put("official", signedIn(new AuthWeChatMpRequest(justAuth("official"))));
        AuthCallback brought =
                AuthCallback.builder().code(Conversation.code(app("mini"), "js")).build();
        AuthResponse<AuthUser> mini =
                new AuthWechatMiniProgramRequest(justAuth("mini")).login(brought);
        told.put("mini", mini.getData() == null ? mini.getMsg() : mini.getData().getUuid());
        return told;
    }

    private static Map<String, Object> signedIn(AuthDefaultRequest request) throws Exception {
        String url = request.authorize("0123456789abcdef");
        String code = Conversation.back(url, "code");
        AuthCallback callback =
                AuthCallback.builder().code(code).state("0123456789abcdef").build();
        AuthResponse<AuthUser> answer = request.login(callback);
        if (!answer.ok()) {
            return Map.of("refused", answer.getMsg());
        }
        AuthUser user = answer.getData();
        return Map.of("openid", user.getToken().getOpenId(), "id", user.getUuid(),
                "nickname", user.getNickname());
    }

    private static AuthConfig justAuth(String name) {
        URI proxy = URI.create(Conversation.text(asked, "proxy"));
        InetSocketAddress address = new InetSocketAddress(proxy.getHost(), proxy.getPort());
        return AuthConfig.builder()
                .clientId(Conversation.text(app(name), "appid"))
                .clientSecret(Conversation.text(app(name), "secret"))
                .redirectUri(SITE)
                .ignoreCheckState(name.equals("mini"))
                .ignoreCheckRedirectUri(true)
                .httpConfig(HttpConfig.builder().timeout(15000)
                        .proxy(new Proxy(Proxy.Type.HTTP, address)).build())
                .build();
    }

    private static JsonObject app(String name) {
        return asked.getAsJsonObject(name);
    }
}
