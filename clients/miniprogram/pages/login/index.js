"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
const config_1 = require("../../config");
const entry_1 = require("../../lib/entry");
const sign_in_1 = require("../../lib/sign_in");
const ticket_1 = require("../../lib/ticket");
const view_1 = require("../../lib/view");
const wechat_1 = require("../../lib/wechat");
const words_1 = require("../../lib/words");
const entries = new entry_1.Entries();
const PHONE_BUTTON = config_1.PHONE_KIND === "realtime" ? "getRealtimePhoneNumber" : "getPhoneNumber";
Component({
    data: {
        ...view_1.BLANK,
        words: words_1.LABELS.zh,
        phoneButton: PHONE_BUTTON,
        privacyGuide: "",
        fromApp: false,
        isReturnFailed: false,
        isCloseFailed: false,
    },
    lifetimes: {
        attached() {
            Object.assign(this, { language: (0, wechat_1.language)(), pageQuery: {}, entry: null, signIn: null });
            this.setData({ words: words_1.LABELS[this.language] });
        },
        ready() {
            wx.setNavigationBarTitle({ title: this.data.words.page });
        },
    },
    methods: {
        onLoad(query) {
            this.pageQuery = query;
        },
        onShow() {
            const entry = entries.read(wx.getEnterOptionsSync(), this.pageQuery);
            this.pageQuery = {};
            if ((0, entry_1.isNew)(entry, this.entry)) {
                this.begin(entry);
            }
        },
        onUnload() {
            var _a;
            (_a = this.signIn) === null || _a === void 0 ? void 0 : _a.leave();
        },
        begin(entry) {
            var _a;
            (_a = this.signIn) === null || _a === void 0 ? void 0 : _a.leave();
            this.entry = entry;
            this.setData({ fromApp: entry.fromApp, isReturnFailed: false, isCloseFailed: false });
            const api = new ticket_1.TicketApi(config_1.DEPLOYMENT, this.language, config_1.PHONE_KIND, entry);
            this.signIn = new sign_in_1.SignIn(api, wechat_1.login, (screen) => this.display(screen));
            if (entry.scene === entry_1.SINGLE_PAGE || entry.ticket === null) {
                this.signIn.stop(entry.scene === entry_1.SINGLE_PAGE ? "single_page" : "no_ticket");
            }
            else {
                this.signIn.read();
                this.askPrivacy();
            }
        },
        display(screen) {
            this.setData((0, view_1.viewOf)(screen, this.language));
        },
        async askPrivacy() {
            const { isAsked, name } = await (0, wechat_1.privacy)();
            const button = isAsked ? `${PHONE_BUTTON}|agreePrivacyAuthorization` : PHONE_BUTTON;
            this.setData({ phoneButton: button, privacyGuide: isAsked ? name : "" });
        },
        pick(touch) {
            var _a;
            (_a = this.signIn) === null || _a === void 0 ? void 0 : _a.pick(touch.currentTarget.dataset.number);
        },
        confirm() {
            var _a;
            (_a = this.signIn) === null || _a === void 0 ? void 0 : _a.confirm();
        },
        confirmWithPhone(answer) {
            var _a;
            (_a = this.signIn) === null || _a === void 0 ? void 0 : _a.confirm((0, wechat_1.phoneCode)(answer.detail));
        },
        deny() {
            var _a;
            (_a = this.signIn) === null || _a === void 0 ? void 0 : _a.deny();
        },
        retry() {
            var _a;
            (_a = this.signIn) === null || _a === void 0 ? void 0 : _a.read();
        },
        async close() {
            this.setData({ isCloseFailed: !(await (0, wechat_1.close)()) });
        },
        returnFailed() {
            this.setData({ isReturnFailed: true });
        },
        hideLogo() {
            this.setData({ logo: null });
        },
        openPrivacyGuide() {
            wx.openPrivacyContract({});
        },
    },
});
