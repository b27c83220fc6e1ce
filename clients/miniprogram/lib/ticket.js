"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.TicketApi = void 0;
const answer_1 = require("./answer");
const wechat_1 = require("./wechat");
const PURPOSES = ["scan", "link", "launch"];
const PATIENCE = 15000;
class TicketApi {
    constructor(deployment, language, phoneKind, entry) {
        this.deployment = deployment;
        this.language = language;
        this.phoneKind = phoneKind;
        this.entry = entry;
        this.request = null;
        this.isClosed = false;
    }
    read() {
        const query = Object.entries(this.entered())
            .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
            .join("&");
        return this.ask("GET", `?${query}`, undefined, (body) => readTicket(body, this.deployment));
    }
    confirm(agreement) {
        const { loginCode, phoneCode, number } = agreement;
        const body = {
            js_code: loginCode,
            ...(phoneCode === null ? {} : { phone_code: phoneCode, phone_kind: this.phoneKind }),
            ...(number === null ? {} : { number }),
            ...this.entered(),
        };
        return this.ask("POST", "/confirm", body, (told) => readEnding(told, "confirmed"));
    }
    deny() {
        return this.ask("POST", "/deny", {}, (told) => readEnding(told, "denied"));
    }
    close() {
        var _a;
        this.isClosed = true;
        (_a = this.request) === null || _a === void 0 ? void 0 : _a.abort();
    }
    entered() {
        const { scene, referrer } = this.entry;
        return { scene, ...(referrer === null ? {} : { referrer_app_id: referrer }) };
    }
    ask(method, step, data, read) {
        if (this.isClosed) {
            return Promise.resolve((0, answer_1.refused)("offline"));
        }
        return new Promise((resolve) => {
            this.request = wx.request({
                url: `${this.deployment}/federation/v1/tickets/${this.entry.ticket}${step}`,
                method,
                data,
                header: { "Accept-Language": this.language },
                timeout: PATIENCE,
                success: (answer) => {
                    const body = isObject(answer.data) ? answer.data : {};
                    const value = answer.statusCode === 200 ? read(body) : null;
                    resolve(value === null ? (0, answer_1.refused)(errorIn(body)) : (0, answer_1.given)(value));
                },
                fail: (failure) => resolve((0, answer_1.refused)((0, wechat_1.reasonOf)(failure, "offline"))),
            });
        });
    }
}
exports.TicketApi = TicketApi;
function errorIn(body) {
    return typeof body.error === "string" ? body.error : "server_error";
}
function readEnding(body, state) {
    if (body.state !== state) {
        return null;
    }
    return typeof body.app_parameter === "string" ? body.app_parameter : "";
}
function readTicket(body, deployment) {
    const purpose = PURPOSES.find((each) => each === body.purpose);
    if (purpose === undefined || typeof body.expires_in !== "number") {
        return null;
    }
    const client = isObject(body.client) ? body.client : {};
    const connection = isObject(body.connection) ? body.connection : {};
    return {
        purpose,
        action: oneOf(body.action, ["sign_in", "link"]),
        linked: isObject(body.link) ? readLinked(body.link) : null,
        name: plain(client.name),
        host: plain(client.host),
        registeredItself: client.registered_itself === true,
        logo: logoAt(client.logo_uri, deployment),
        connection: plain(connection.name),
        device: plain(body.device),
        place: plain(body.place),
        ip: plain(body.ip),
        requestedAt: typeof body.requested_at === "number" ? body.requested_at : null,
        expiresIn: body.expires_in,
        numbers: Array.isArray(body.numbers) ? body.numbers.filter(Number.isInteger) : null,
        phone: oneOf(body.phone, ["never", "optional", "required"]),
        sandbox: body.sandbox === true,
    };
}
function readLinked(link) {
    const { account, identity } = link;
    return { account: plain(account), identity: isObject(identity) ? readConfirmed(identity) : null };
}
function readConfirmed(identity) {
    return {
        name: plain(identity.name),
        ending: plain(identity.ending),
        at: typeof identity.confirmed_at === "number" ? identity.confirmed_at : null,
        device: plain(identity.device),
        place: plain(identity.place),
        ip: plain(identity.ip),
    };
}
function isObject(value) {
    return typeof value === "object" && value !== null;
}
function oneOf(value, allowed) {
    var _a;
    return (_a = allowed.find((each) => each === value)) !== null && _a !== void 0 ? _a : allowed[0];
}
const LONGEST = 80;
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]+/g;
function plain(value) {
    const text = typeof value === "string" ? value.replace(UNSEEN, " ").trim() : "";
    const characters = Array.from(text);
    return characters.length > LONGEST ? `${characters.slice(0, LONGEST - 1).join("")}…` : text;
}
function logoAt(value, deployment) {
    if (typeof value !== "string") {
        return null;
    }
    const path = value.startsWith(`${deployment}/`) ? value.slice(deployment.length) : value;
    return /^\/(?!\/)[\w./%~-]+$/.test(path) ? deployment + path : null;
}
