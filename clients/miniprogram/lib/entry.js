"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.Entries = exports.SINGLE_PAGE = void 0;
exports.isNew = isNew;
exports.SINGLE_PAGE = 1154;
const LAUNCHED_BY_APP = 1069;
const STILL_LAUNCHED = [1001, 1038, 1089, 1090, 1131, 1187];
const TICKET = /^[\w-]{1,64}$/;
const APP_ID = /^\w{1,64}$/;
class Entries {
    constructor() {
        this.launcher = null;
    }
    read(options, pageQuery = {}) {
        var _a, _b;
        var _c, _d, _e;
        const { scene } = options;
        const named = appId((_a = options.referrerInfo) === null || _a === void 0 ? void 0 : _a.appId);
        if (scene === LAUNCHED_BY_APP) {
            this.launcher = { appId: named };
        }
        else if (!STILL_LAUNCHED.includes(scene)) {
            this.launcher = null;
        }
        return {
            ticket: (_d = ticketIn((_c = options.query) !== null && _c !== void 0 ? _c : {})) !== null && _d !== void 0 ? _d : ticketIn(pageQuery),
            scene,
            referrer: STILL_LAUNCHED.includes(scene) ? (_e = (_b = this.launcher) === null || _b === void 0 ? void 0 : _b.appId) !== null && _e !== void 0 ? _e : null : named,
            fromApp: this.launcher !== null,
        };
    }
}
exports.Entries = Entries;
function isNew(entry, last) {
    if (last === null || entry.scene === exports.SINGLE_PAGE) {
        return true;
    }
    if (entry.ticket === null || entry.ticket !== last.ticket) {
        return entry.ticket !== null;
    }
    const isSameWay = entry.scene === last.scene && entry.referrer === last.referrer;
    return !isSameWay && !STILL_LAUNCHED.includes(entry.scene);
}
function ticketIn(query) {
    var _a;
    const found = (_a = query.ticket) !== null && _a !== void 0 ? _a : decoded(query.scene);
    return found !== undefined && TICKET.test(found) ? found : null;
}
function decoded(text) {
    try {
        return text === undefined ? undefined : decodeURIComponent(text);
    }
    catch (_a) {
        return undefined;
    }
}
function appId(text) {
    return text !== undefined && APP_ID.test(text) ? text : null;
}
