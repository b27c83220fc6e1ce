"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.reasonOf = reasonOf;
exports.login = login;
exports.phoneCode = phoneCode;
exports.privacy = privacy;
exports.language = language;
exports.close = close;
const answer_1 = require("./answer");
const PATIENCE = 10000;
const BY_NUMBER = {
    5: "timeout",
    102: "not_granted",
    103: "phone_declined",
    104: "privacy_declined",
    112: "privacy_undeclared",
    600002: "domain_missing",
    1400001: "phone_quota",
    1402101: "login_blocked",
};
const BY_TEXT = [
    [/privacy permission is not authorized/i, "privacy_declined"],
    [/not declared in the privacy/i, "privacy_undeclared"],
    [/no permission|privacy api banned/i, "not_granted"],
    [/domain list/i, "domain_missing"],
    [/deny|denied|cancel/i, "phone_declined"],
    [/timed?.?out/i, "timeout"],
];
function reasonOf(failure, otherwise) {
    var _a, _b;
    const byNumber = BY_NUMBER[(_a = failure.errno) !== null && _a !== void 0 ? _a : 0];
    const byText = BY_TEXT.find(([text]) => { var _a; return text.test((_a = failure.errMsg) !== null && _a !== void 0 ? _a : ""); });
    return (_b = byNumber !== null && byNumber !== void 0 ? byNumber : byText === null || byText === void 0 ? void 0 : byText[1]) !== null && _b !== void 0 ? _b : otherwise;
}
function login() {
    return new Promise((resolve) => {
        wx.login({
            timeout: PATIENCE,
            success: ({ code }) => resolve(code ? (0, answer_1.given)(code) : (0, answer_1.refused)("login_failed")),
            fail: (failure) => resolve((0, answer_1.refused)(reasonOf(failure, "login_failed"))),
        });
    });
}
function phoneCode(detail) {
    return detail.code ? (0, answer_1.given)(detail.code) : (0, answer_1.refused)(reasonOf(detail, "phone_failed"));
}
function privacy() {
    const unknown = { isAsked: false, name: "" };
    return new Promise((resolve) => {
        if (!wx.getPrivacySetting) {
            resolve(unknown);
            return;
        }
        wx.getPrivacySetting({
            success: (found) => resolve({ isAsked: found.needAuthorization, name: found.privacyContractName }),
            fail: () => resolve(unknown),
        });
    });
}
function language() {
    return wx.getAppBaseInfo().language.startsWith("zh") ? "zh" : "en";
}
function close() {
    return new Promise((resolve) => {
        wx.exitMiniProgram({ success: () => resolve(true), fail: () => resolve(false) });
    });
}
