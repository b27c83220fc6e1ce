"""Where each page of the console is: the routes, known before any of its code is loaded."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

READ, SEND, FORM = ("GET",), ("POST",), ("GET", "POST")


class Route(NamedTuple):
    """:param view: its function, by name, in the module that it is listed under.

    :param given: what an address without a variable part for it means.
    """

    path: str
    view: str
    methods: tuple[str, ...] = READ
    given: Mapping[str, str] = MappingProxyType({})


OF_0_1 = {"source_id": "wechat"}
"""Whose credentials the addresses are about that 0.1.0 had."""
ROUTES: Mapping[str, tuple[Route, ...]] = {
    "applications": (
        Route("/applications", "applications"),
        Route("/applications/new", "new_application", FORM),
        Route("/applications/<client_id>", "application", FORM),
    ),
    "groups": (
        Route("/groups", "groups"),
        Route("/groups/new", "new_group", FORM),
        Route("/groups/<group_id>", "group", FORM),
        Route("/groups/<group_id>/members", "add_to_group", SEND),
        Route("/groups/<group_id>/members/remove", "remove_from_group", SEND),
        Route("/groups/<group_id>/delete", "delete_group", SEND),
    ),
    "application_access": (
        Route("/applications/<client_id>/access", "application_access", FORM),
        Route("/applications/<client_id>/people", "decide_person", SEND),
        Route("/applications/<client_id>/people/add", "let_people_in", SEND),
    ),
    "access_requests": (Route("/access-requests", "access_requests"),),
    "accounts": (
        Route("/accounts/<account_id>", "account"),
        Route("/accounts/<account_id>/sign-out", "sign_account_out", SEND),
        Route("/accounts/<account_id>/unlink", "unlink_identity", SEND),
        Route("/accounts/<account_id>/passkeys/remove", "remove_passkey_of", SEND),
        Route("/accounts/<account_id>/link", "link_identity", SEND),
    ),
    "account_groups": (Route("/accounts/<account_id>/groups", "change_groups_of", SEND),),
    "team": (
        Route("/administrators", "team"),
        Route("/administrators/new", "new_admin", FORM),
        Route("/administrators/invitations/<invitation_id>/revoke", "revoke_invitation", SEND),
        Route("/administrators/<admin_id>", "one_admin", FORM),
        Route("/administrators/<admin_id>/switch", "switch_admin", SEND),
    ),
    "admin_sessions": (
        Route("/you/sessions/end", "end_own_sessions", SEND),
        Route("/administrators/<admin_id>/sessions/end", "end_sessions_of_admin", SEND),
    ),
    "apis": (
        Route("/apis", "apis"),
        Route("/apis/new", "new_api", FORM),
        Route("/apis/<api_id>", "api", FORM),
        Route("/apis/<api_id>/delete", "delete_api", SEND),
    ),
    "preview": (
        Route("/applications/<client_id>/look/preview", "look_preview"),
        Route("/look/preview", "own_look_preview"),
        Route("/look/preview/<scheme>.css", "preview_styles"),
    ),
    "application_branding": (
        Route("/applications/<client_id>/look", "application_look", FORM),
        Route("/look", "own_look", FORM),
    ),
    "application_claims": (Route("/applications/<client_id>/claims", "application_claims", FORM),),
    "application_sources": (
        Route("/applications/<client_id>/sources", "application_sources", FORM),
        Route("/who-uses-what", "matrix"),
        Route("/who-uses-what", "switch_source", SEND),
    ),
    "application_streams": (
        Route("/applications/<client_id>/streams", "application_streams"),
        Route("/applications/<client_id>/streams/<stream_id>/status", "switch_stream", SEND),
        Route("/applications/<client_id>/streams/<stream_id>/delete", "delete_stream", SEND),
    ),
    "application_switches": (
        Route("/applications/<client_id>/rotate-secret", "rotate_application_secret", SEND),
        Route("/applications/<client_id>/switch", "switch_application", SEND),
        Route("/applications/<client_id>/delete", "delete_application", SEND),
    ),
    "code": (Route("/applications/<client_id>/code", "application_code"),),
    "connection_check": (Route("/connections/<connection_id>/check", "check_connection", SEND),),
    "connections": (
        Route("/connections", "connections"),
        Route("/connections/new", "choose_mode"),
        Route("/connections/new/<mode>", "new_connection", FORM),
        Route("/connections/<connection_id>", "connection", FORM),
        Route("/connections/<connection_id>/end", "end_connection", SEND),
        Route("/connections/id-check", "check_connection_id"),
        Route("/connections/<connection_id>/delete", "delete_connection", SEND),
    ),
    "credentials": (
        Route("/credentials", "credentials"),
        Route("/wechat-apps", "credentials"),
        Route("/wechat-apps/new", "new_credential", FORM, OF_0_1),
        Route("/credentials/<source_id>/new", "new_credential", FORM),
        Route("/wechat-apps/<credential_id>", "credential", FORM, OF_0_1),
        Route("/credentials/<source_id>/<credential_id>", "credential", FORM),
        Route("/wechat-apps/<credential_id>/secret", "replace_secret", SEND, OF_0_1),
        Route("/credentials/<source_id>/<credential_id>/secret", "replace_secret", SEND),
        Route("/wechat-apps/<credential_id>/check-secret", "check_secret", SEND, OF_0_1),
        Route("/credentials/<source_id>/<credential_id>/check-secret", "check_secret", SEND),
        Route("/wechat-apps/<credential_id>/check-unionid", "check_binding", SEND, OF_0_1),
        Route("/credentials/<source_id>/<credential_id>/check-binding", "check_binding", SEND),
        Route("/wechat-apps/<credential_id>/delete", "delete_credential", SEND, OF_0_1),
        Route("/credentials/<source_id>/<credential_id>/delete", "delete_credential", SEND),
        Route("/wechat-apps/<credential_id>/take-down", "take_down_credential", SEND, OF_0_1),
        Route("/credentials/<source_id>/<credential_id>/take-down", "take_down_credential", SEND),
    ),
    "domain_files": (
        Route("/domain-files", "domain_files", FORM),
        Route("/domain-files/<name>/remove", "remove_domain_file", SEND),
    ),
    "first_steps": (
        Route("/you/new-password", "due_password", FORM),
        Route("/you/second-step", "set_up_factor"),
        Route("/you/recovery-codes", "recovery_question"),
    ),
    "home": (Route("/", "home"),),
    "joining": (
        Route("/join/<token>", "join"),
        Route("/join/<token>", "send_join", SEND),
    ),
    "keys": (
        Route("/keys", "keys"),
        Route("/keys", "rotate_keys", SEND),
    ),
    "log": (
        Route("/log", "log"),
        Route("/log/<event_id>", "log_event"),
        Route("/log.csv", "export_log"),
    ),
    "merging": (
        Route("/accounts/<account_id>/merge", "preview_merge"),
        Route("/accounts/<account_id>/merge", "merge_accounts", SEND),
        Route("/merges/<merge_id>/undo", "undo_merge", SEND),
        Route("/conflicts", "conflicts"),
        Route("/conflicts/<conflict_id>", "conflict"),
        Route("/conflicts/<conflict_id>/decide", "decide_conflict", SEND),
    ),
    "moving": (Route("/credentials/<source_id>/<credential_id>/move", "preview_move"),),
    "notifications": (
        Route("/notifications", "notifications"),
        Route("/notifications/new", "new_webhook", FORM),
        Route("/notifications/<webhook_id>", "webhook", FORM),
        Route("/notifications/<webhook_id>/rotate-secret", "rotate_webhook_secret", SEND),
        Route("/notifications/<webhook_id>/delete", "delete_webhook", SEND),
        Route("/notifications/<webhook_id>/test", "test_webhook", SEND),
        Route("/notifications/mail/test", "test_mail", SEND),
        Route(
            "/notifications/<target>/deliveries/<notification_id>/resend",
            "resend_notification",
            SEND,
        ),
    ),
    "overview": (
        Route("/overview", "overview_page"),
        Route("/overview.csv", "export_overview"),
    ),
    "people": (Route("/accounts", "accounts"),),
    "people_editing": (
        Route("/accounts/new", "new_account", FORM),
        Route("/accounts/<account_id>/edit", "edit_account", FORM),
        Route("/accounts/<account_id>/switch", "switch_account", FORM),
        Route("/accounts/<account_id>/erase", "erase_account", FORM),
        Route("/erasures/<receipt_id>", "erasure"),
        Route("/accounts/<account_id>/merges/<merge_id>/undo", "ask_undo_merge"),
    ),
    "people_export": (
        Route("/accounts/export", "export_accounts"),
        Route("/accounts/export/file", "export_accounts_file"),
    ),
    "people_jobs": (
        Route("/accounts/jobs", "account_jobs"),
        Route("/accounts/import", "import_accounts", FORM),
        Route("/accounts/jobs/<job_id>", "account_job"),
        Route("/accounts/jobs/<job_id>/check", "check_job", SEND),
        Route("/accounts/jobs/<job_id>/run", "run_job", SEND),
        Route("/accounts/jobs/<job_id>/stop", "stop_job", SEND),
        Route("/accounts/jobs/<job_id>/result.csv", "job_result"),
        Route("/accounts/actions", "ask_action", SEND),
        Route("/accounts/actions/begin", "begin_action", SEND),
    ),
    "profile": (
        Route("/you", "profile"),
        Route("/you/time-zone", "choose_time_zone", SEND),
        Route("/you/password", "change_password", SEND),
        Route("/you/authenticator", "add_authenticator", FORM),
        Route("/you/authenticator/remove", "remove_authenticator", SEND),
        Route("/you/passkeys/question", "new_passkey_question", SEND),
        Route("/you/passkeys", "add_passkey", SEND),
        Route("/you/passkeys/<id_hash>/remove", "remove_passkey", SEND),
        Route("/you/recovery-codes", "make_recovery_codes", SEND),
    ),
    "programs": (
        Route("/programs", "programs"),
        Route("/programs/<preset_id>", "new_program", FORM),
    ),
    "quick_start": (
        Route("/applications/<client_id>/start", "application_start"),
        Route("/applications/<client_id>/signed-in", "application_signed_in"),
    ),
    "search": (Route("/search", "search"),),
    "sign_in": (
        Route("/sign-in", "sign_in"),
        Route("/sign-in", "send_password", SEND),
        Route("/sign-in/left", "leave"),
        Route("/sign-in/code", "send_code", SEND),
        Route("/sign-in/passkey", "send_passkey", SEND),
        Route("/passkey-question", "passkey_question", SEND),
        Route("/sign-out", "sign_out", SEND),
        Route("/confirm", "confirm_question"),
        Route("/confirm", "confirm", SEND),
    ),
    "trying": (
        Route("/applications/<client_id>/try", "try_application"),
        Route("/applications/<client_id>/try/allow", "allow_trying", SEND),
        Route("/applications/<client_id>/try", "begin_trying", SEND),
        Route("/try-it/callback", "try_callback"),
    ),
}
"""Every page, by the module of `app.management.console.views` that it is in."""
