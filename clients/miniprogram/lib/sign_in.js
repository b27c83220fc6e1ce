"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.SignIn = void 0;
const words_1 = require("./words");
class SignIn {
    constructor(api, login, show) {
        this.api = api;
        this.login = login;
        this.show = show;
        this.screen = { name: "reading" };
        this.loginCode = null;
        this.expiry = 0;
        this.isLeft = false;
    }
    async read(notice = null) {
        this.enter({ name: "reading" });
        const answer = await this.api.read();
        if (!answer.ok) {
            this.stop(answer.reason);
            return;
        }
        this.ask(answer.value, null, notice);
        this.expiry = setTimeout(() => this.expire(), answer.value.expiresIn * 1000);
    }
    pick(number) {
        const asking = this.idle();
        if (asking !== null) {
            this.enter({ ...asking, picked: number, notice: null });
        }
    }
    async confirm(phone) {
        const asking = this.idle();
        if (asking === null) {
            return;
        }
        const missing = whatIsMissing(asking, phone);
        if (missing !== null) {
            this.enter({ ...asking, notice: missing });
            return;
        }
        this.enter({ ...asking, isBusy: true, notice: null });
        await this.conclude(asking, true, await this.send(asking, (phone === null || phone === void 0 ? void 0 : phone.ok) ? phone.value : null));
    }
    async deny() {
        const asking = this.idle();
        if (asking !== null) {
            this.enter({ ...asking, isBusy: true, notice: null });
            await this.conclude(asking, false, await this.api.deny());
        }
    }
    stop(reason) {
        this.enter({ name: "stopped", reason, canRetry: !(0, words_1.endsSignIn)(reason) });
    }
    leave() {
        this.isLeft = true;
        clearTimeout(this.expiry);
        this.api.close();
    }
    async send(asking, phoneCode) {
        const fetched = await this.loginCode;
        const login = (fetched === null || fetched === void 0 ? void 0 : fetched.ok) ? fetched : await this.login();
        return login.ok
            ? this.api.confirm({ loginCode: login.value, phoneCode, number: asking.picked })
            : login;
    }
    async conclude(asking, isConfirmed, answer) {
        const { ticket, picked } = asking;
        if (answer.ok) {
            this.enter({ name: "finished", isConfirmed, ticket, appParameter: answer.value });
        }
        else if ((0, words_1.endsSignIn)(answer.reason)) {
            this.stop(answer.reason);
        }
        else if (answer.reason === "number_required" || answer.reason === "phone_required") {
            await this.read(answer.reason);
        }
        else {
            this.ask(ticket, picked, answer.reason);
        }
    }
    ask(ticket, picked, notice) {
        this.loginCode = this.login();
        this.enter({ name: "asking", ticket, picked, isBusy: false, notice });
    }
    expire() {
        if (this.idle() !== null) {
            this.stop("ticket_expired");
        }
    }
    idle() {
        return this.screen.name === "asking" && !this.screen.isBusy ? this.screen : null;
    }
    enter(screen) {
        if (this.isLeft) {
            return;
        }
        this.screen = screen;
        if (screen.name !== "asking") {
            clearTimeout(this.expiry);
        }
        this.show(screen);
    }
}
exports.SignIn = SignIn;
function whatIsMissing({ ticket, picked }, phone) {
    if (phone !== undefined && !phone.ok) {
        return phone.reason;
    }
    if (ticket.numbers !== null && picked === null) {
        return "number_required";
    }
    return ticket.phone === "required" && phone === undefined ? "phone_required" : null;
}
