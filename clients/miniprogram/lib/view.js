"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.BLANK = void 0;
exports.viewOf = viewOf;
const words_1 = require("./words");
exports.BLANK = {
    screen: "reading",
    sandbox: false,
    name: "",
    initial: "",
    logo: null,
    asks: "",
    unchecked: "",
    linked: null,
    facts: [],
    which: "",
    numbers: [],
    isNumberMissing: false,
    phone: "never",
    isBusy: false,
    notice: null,
    ending: null,
    mark: "!",
    canRetry: false,
    appParameter: "",
};
function viewOf(screen, language) {
    switch (screen.name) {
        case "reading":
            return exports.BLANK;
        case "asking":
            return { ...exports.BLANK, ...whoAsks(screen.ticket, language), ...answers(screen, language) };
        case "finished":
            return { ...exports.BLANK, ...finished(screen, language) };
        case "stopped":
            return {
                ...exports.BLANK,
                screen: "stopped",
                ending: (0, words_1.explained)(screen.reason, language),
                canRetry: screen.canRetry,
            };
    }
}
function whoAsks(ticket, language) {
    var _a;
    const labels = words_1.LABELS[language];
    const name = ticket.name || ticket.host || "?";
    return {
        sandbox: ticket.sandbox,
        name,
        initial: (_a = Array.from(name)[0]) !== null && _a !== void 0 ? _a : "",
        logo: ticket.logo,
        asks: ticket.action === "link" ? labels.connects : labels.asks[ticket.purpose],
        unchecked: ticket.registeredItself ? labels.unchecked : "",
        linked: linked(ticket, language),
        facts: facts(ticket, language),
        which: labels.which[ticket.purpose],
        phone: ticket.phone,
    };
}
function answers({ ticket, picked, isBusy, notice }, language) {
    var _a;
    return {
        screen: "asking",
        numbers: ((_a = ticket.numbers) !== null && _a !== void 0 ? _a : []).map((value) => ({ value, isPicked: value === picked })),
        isNumberMissing: ticket.numbers !== null && picked === null,
        isBusy,
        notice: notice === null ? null : (0, words_1.explained)(notice, language),
    };
}
function finished(screen, language) {
    const labels = words_1.LABELS[language];
    const { isConfirmed, ticket, appParameter } = screen;
    return {
        screen: "finished",
        mark: isConfirmed ? "✓" : "×",
        ending: isConfirmed
            ? { title: labels.confirmed, text: labels.goOn[ticket.purpose] }
            : { title: labels.denied, text: labels.nobody },
        appParameter,
    };
}
function linked({ linked: told }, language) {
    if (told === null) {
        return null;
    }
    const labels = words_1.LABELS[language];
    const { account, identity } = told;
    if (identity === null) {
        return { title: labels.getsInto, text: account || "?", detail: "" };
    }
    const { name, ending, at, device, place, ip } = identity;
    return {
        title: labels.letsIn,
        text: [name, ending].filter(Boolean).join(" "),
        detail: [clockTime(at), device, place, ip].filter(Boolean).join(" · "),
    };
}
function facts(ticket, language) {
    const labels = words_1.LABELS[language].facts;
    return [
        { label: labels.host, value: ticket.host },
        { label: labels.device, value: ticket.device },
        { label: labels.place, value: ticket.place },
        { label: labels.ip, value: ticket.ip },
        { label: labels.time, value: clockTime(ticket.requestedAt) },
        { label: labels.connection, value: ticket.connection },
    ].filter(({ value }) => value !== "");
}
function clockTime(moment) {
    if (moment === null) {
        return "";
    }
    const time = new Date(moment * 1000);
    return [time.getHours(), time.getMinutes()].map((part) => String(part).padStart(2, "0")).join(":");
}
