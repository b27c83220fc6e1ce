"""The sources that exist. What is not listed here does not exist."""

from federation.alipay.source import ALIPAY
from federation.apple.source import APPLE
from federation.dingtalk.source import DINGTALK
from federation.douyin.source import DOUYIN
from federation.feishu.source import FEISHU
from federation.oauth2_provider.source import OAUTH2
from federation.openid_connect.source import OPENID
from federation.presets.amazon import AMAZON
from federation.presets.discord import DISCORD
from federation.presets.facebook import FACEBOOK
from federation.presets.gitea import GITEA
from federation.presets.github import GITHUB
from federation.presets.gitlab import GITLAB
from federation.presets.google import GOOGLE
from federation.presets.huawei import HUAWEI
from federation.presets.kakao import KAKAO
from federation.presets.line import LINE
from federation.presets.linkedin import LINKEDIN
from federation.presets.microsoft import MICROSOFT
from federation.presets.okta import OKTA
from federation.presets.slack import SLACK
from federation.presets.x import X
from federation.qq.source import QQ
from federation.source import Source
from federation.wechat.source import WECHAT
from federation.wecom.source import WECOM
from federation.weibo.source import WEIBO
from federation.xiaomi.source import XIAOMI

SOURCES: tuple[Source, ...] = (
    WECHAT,
    OPENID,
    OAUTH2,
    GOOGLE,
    MICROSOFT,
    GITHUB,
    GITLAB,
    GITEA,
    FACEBOOK,
    X,
    LINE,
    KAKAO,
    LINKEDIN,
    SLACK,
    DISCORD,
    AMAZON,
    OKTA,
    QQ,
    WEIBO,
    DINGTALK,
    FEISHU,
    DOUYIN,
    WECOM,
    HUAWEI,
    APPLE,
    ALIPAY,
    XIAOMI,
)
