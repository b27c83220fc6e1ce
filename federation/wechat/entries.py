"""WeChat's scenes: its numbers for how a mini program was opened (开发/框架/场景值)."""

from federation.source import Entries
from federation.wechat.credential_form import APP_ID

SCENES = Entries(
    # A QR code or a mini-program code: scanned, long-pressed, or chosen from the album.
    scanned=frozenset({1011, 1012, 1013, 1047, 1048, 1049}),
    # A URL Scheme, a URL Link inside and outside WeChat, a plain URL Scheme.
    linked=frozenset({1065, 1167, 1194, 1286}),
    launched=1069,
    # Discover, another mini program, the recent ones, the floating window: after these WeChat
    # still lets a mini program go back to the app that launched it.
    returned=frozenset({1001, 1038, 1089, 1090, 1131, 1187}),
    mobile_app_id=APP_ID.problem,
)
