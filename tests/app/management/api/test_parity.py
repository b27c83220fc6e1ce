"""What the console does, the API does, and the other way round."""

from jsonschema import Draft202012Validator

from app.elements import Elements
from app.management.api.components import schemas_of
from app.management.api.examples import EXAMPLES
from app.management.api.operations import OPERATIONS
from tests.app.management.console.guards import NEEDED

SAME = {
    "credentials": ("listCredentials", "listWeChatApps"),
    "credential": ("showCredential", "changeCredential", "showWeChatApp", "changeWeChatApp"),
    "new_credential": ("createCredential", "createWeChatApp"),
    "replace_secret": ("changeCredential", "changeWeChatApp"),
    "check_secret": ("checkCredential", "checkWeChatApp"),
    "check_binding": ("showWeChatAppBinding",),
    "take_down_credential": ("takeDownCredential", "takeDownWeChatApp"),
    "delete_credential": ("deleteCredential", "deleteWeChatApp"),
    "connections": ("listConnections",),
    "connection": ("showConnection", "changeConnection", "disableConnection"),
    "new_connection": ("createConnection",),
    "end_connection": ("disableConnection",),
    "delete_connection": ("deleteConnection",),
    "check_connection": ("checkCredential",),
    "domain_files": ("listDomainFiles", "showDomainFile", "putDomainFile"),
    "remove_domain_file": ("removeDomainFile",),
    "applications": ("listClients",),
    "application": ("showClient", "changeClient"),
    "new_application": ("createClient",),
    "programs": ("listPresets",),
    "new_program": ("showPreset", "createClient"),
    "application_start": ("checkClient", "showPreset"),
    "application_signed_in": ("checkClient",),
    "rotate_application_secret": ("rotateClientSecret",),
    "switch_application": ("changeClient",),
    "delete_application": ("deleteClient",),
    "allow_trying": ("changeClient",),
    "application_look": ("showLook", "changeLook"),
    "own_look": ("showOwnLook", "changeOwnLook"),
    "application_sources": ("listEnablements", "showEnablement", "replaceEnablement"),
    "application_claims": ("showEnablement", "replaceEnablement", "previewClaims"),
    "application_streams": ("listEventStreams", "showEventStream"),
    "switch_stream": ("switchEventStream",),
    "delete_stream": ("removeEventStream",),
    "matrix": ("listEnablements",),
    "switch_source": ("replaceEnablement",),
    "application_access": (*("showClientAccess", "replaceClientAccess", "listClientPeople"),),
    "decide_person": ("decideClientPerson", "withdrawClientPerson"),
    "let_people_in": ("decideClientPerson",),
    "access_requests": ("listAccessRequests",),
    "groups": ("listGroups",),
    "group": ("showGroup", "changeGroup", "listGroupMembers"),
    "new_group": ("createGroup",),
    "add_to_group": ("addGroupMembers",),
    "change_groups_of": ("addGroupMembers", "removeGroupMember"),
    "remove_from_group": ("removeGroupMember",),
    "delete_group": ("deleteGroup",),
    "apis": ("listApis",),
    "api": ("showApi", "changeApi"),
    "new_api": ("createApi",),
    "delete_api": ("deleteApi",),
    "accounts": ("listAccounts", "countAccounts"),
    "new_account": ("createAccount",),
    "edit_account": ("changeAccount",),
    "erase_account": ("eraseAccount",),
    "erasure": ("showErasure",),
    "export_accounts": ("listAccounts",),
    "export_accounts_file": ("listAccounts",),
    "import_accounts": ("beginImport", "putImportRows"),
    "account_jobs": ("listAccountJobs",),
    "account_job": ("showAccountJob",),
    "check_job": ("checkAccountImport",),
    "run_job": ("runAccountJob",),
    "stop_job": ("stopAccountJob",),
    "job_result": ("listJobResults",),
    "begin_action": ("beginAction",),
    "account": ("showAccount", "listSessions", "listMerges", "listAccountGroups"),
    "switch_account": ("disableAccount", "enableAccount"),
    "sign_account_out": ("signAccountOut", "endSession"),
    "link_identity": ("linkSource",),
    "remove_passkey_of": ("listAccountPasskeys", "removeAccountPasskey"),
    "unlink_identity": ("unlinkSource",),
    "preview_merge": ("previewMerge", "compareAccounts"),
    "preview_move": ("previewMove",),
    "merge_accounts": ("mergeAccounts",),
    "undo_merge": ("undoMerge",),
    "conflicts": ("listConflicts",),
    "conflict": ("showConflict", "compareAccounts"),
    "decide_conflict": ("decideConflict",),
    "notifications": ("listWebhooks",),
    "webhook": ("showWebhook", "changeWebhook", "listDeliveries"),
    "new_webhook": ("createWebhook",),
    "rotate_webhook_secret": ("rotateWebhookSecret",),
    "delete_webhook": ("deleteWebhook",),
    "test_webhook": ("testWebhook",),
    "resend_notification": ("resendDelivery",),
    "test_mail": ("testMail",),
    "log": ("listEvents",),
    "log_event": ("listEvents",),
    "overview_page": ("getStatistics",),
    "export_overview": ("getStatistics",),
    "export_log": ("listEvents",),
    "keys": ("listKeys",),
    "rotate_keys": ("rotateKeys",),
    "team": ("listAdministrators", "listInvitations"),
    "one_admin": ("showAdministrator", "changeAdministrator", "listAdministratorSessions"),
    "new_admin": ("createAdministrator", "inviteAdministrator"),
    "switch_admin": ("changeAdministrator", "forgetFactors"),
    "revoke_invitation": ("revokeInvitation",),
    "end_sessions_of_admin": ("signAdministratorOut",),
    "search": ("search",),
}
CONSOLE_ALONE = {
    "ask_action": "a question before an action",
    "ask_undo_merge": "a question before an action",
    "home": "a summary of the other pages",
    "choose_mode": "a step before a form",
    "check_connection_id": "a hint while somebody types",
    "application_code": "text to paste",
    "try_application": "a browser signs in",
    "begin_trying": "a browser signs in",
    "try_callback": "a browser signs in",
    "look_preview": "a picture of a page before it is saved",
    "own_look_preview": "a picture of a page before it is saved",
    "preview_styles": "a picture of a page before it is saved",
    "profile": "an administrator's own sign-in",
    "change_password": "an administrator's own sign-in",
    "choose_time_zone": "how pages tell an administrator times",
    "add_authenticator": "an administrator's own sign-in",
    "make_recovery_codes": "an administrator's own sign-in",
    "remove_authenticator": "an administrator's own sign-in",
    "new_passkey_question": "an administrator's own sign-in",
    "add_passkey": "an administrator's own sign-in",
    "remove_passkey": "an administrator's own sign-in",
    "due_password": "an administrator's own sign-in",
    "set_up_factor": "an administrator's own sign-in",
    "recovery_question": "an administrator's own sign-in",
    "end_own_sessions": "an administrator's own sign-in",
    "confirm_question": "a proof of who sits there",
    "confirm": "a proof of who sits there",
}


def test_every_page_of_the_console_has_its_operations_or_a_reason_for_none() -> None:
    pages = {name.removeprefix("admin.") for name in NEEDED}

    assert pages == SAME.keys() | CONSOLE_ALONE.keys()


def test_every_operation_can_be_done_in_the_console() -> None:
    done = {name for names in SAME.values() for name in names}

    assert done == {operation.name for operation in OPERATIONS}


def test_every_body_has_examples_that_are_valid() -> None:
    schemas = schemas_of(Elements())
    taking = {operation.name: operation.body for operation in OPERATIONS if operation.body}

    assert EXAMPLES.keys() == taking.keys()
    for name, schema in taking.items():
        for example in EXAMPLES[name].values():
            Draft202012Validator(schemas[str(schema)]).validate(example)
