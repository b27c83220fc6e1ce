/** What differs from one deployment to the next. `make miniprogram` writes the values. */

/**
 * The address of Qiao, its issuer: https, without a slash at the end. WeChat's console must list it
 * among the request domains.
 */
export const DEPLOYMENT = "https://login.example.com";

/**
 * The component that asks for a phone number where the connection wants one. `quick`: the number
 * that WeChat knows; `realtime`: WeChat verifies it at that moment, which costs more.
 */
export const PHONE_KIND: "quick" | "realtime" = "quick";
