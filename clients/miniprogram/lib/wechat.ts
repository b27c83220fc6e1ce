/** WeChat itself, as far as it is asked: a login code, a phone code, the privacy guide, the door. */

import { Answer, given, refused } from "./answer";

/** How WeChat tells a failure: a number in newer base libraries, a text in all of them. */
export interface Failure {
  errno?: number;
  errMsg?: string;
}

/** What the person has to be told of the privacy guide before a phone number is asked for. */
export interface Privacy {
  isAsked: boolean;
  /** The guide's name, with its marks: 《…》. */
  name: string;
}

const PATIENCE = 10_000; // milliseconds

const BY_NUMBER: Record<number, string> = {
  5: "timeout",
  102: "not_granted",
  103: "phone_declined",
  104: "privacy_declined",
  112: "privacy_undeclared",
  600002: "domain_missing",
  1400001: "phone_quota",
  1402101: "login_blocked",
};

const BY_TEXT: [RegExp, string][] = [
  [/privacy permission is not authorized/i, "privacy_declined"],
  [/not declared in the privacy/i, "privacy_undeclared"],
  [/no permission|privacy api banned/i, "not_granted"],
  [/domain list/i, "domain_missing"],
  [/deny|denied|cancel/i, "phone_declined"],
  [/timed?.?out/i, "timeout"],
];

/**
 * The reason behind a failure, by its number or else by its text.
 *
 * @param otherwise the reason when neither is known.
 */
export function reasonOf(failure: Failure, otherwise: string): string {
  const byNumber = BY_NUMBER[failure.errno ?? 0];
  const byText = BY_TEXT.find(([text]) => text.test(failure.errMsg ?? ""));
  return byNumber ?? byText?.[1] ?? otherwise;
}

/** A new code of `wx.login`, which nobody is asked for. */
export function login(): Promise<Answer<string>> {
  return new Promise((resolve) => {
    wx.login({
      timeout: PATIENCE,
      success: ({ code }) => resolve(code ? given(code) : refused("login_failed")),
      fail: (failure) => resolve(refused(reasonOf(failure, "login_failed"))),
    });
  });
}

/** The code that a phone button was answered with. */
export function phoneCode(detail: Failure & { code?: string }): Answer<string> {
  return detail.code ? given(detail.code) : refused(reasonOf(detail, "phone_failed"));
}

/** Whether a phone button must take the consent to the privacy guide along. */
export function privacy(): Promise<Privacy> {
  const unknown = { isAsked: false, name: "" }; // WeChat asks by itself then
  return new Promise((resolve) => {
    if (!wx.getPrivacySetting) {
      resolve(unknown);
      return;
    }
    wx.getPrivacySetting({
      success: (found) =>
        resolve({ isAsked: found.needAuthorization, name: found.privacyContractName }),
      fail: () => resolve(unknown),
    });
  });
}

/** `zh` for every Chinese, `en` for all other languages of WeChat. */
export function language(): "zh" | "en" {
  return wx.getAppBaseInfo().language.startsWith("zh") ? "zh" : "en";
}

/** Leaves the mini program, within a touch; false when WeChat does not let go. */
export function close(): Promise<boolean> {
  return new Promise((resolve) => {
    wx.exitMiniProgram({ success: () => resolve(true), fail: () => resolve(false) });
  });
}
