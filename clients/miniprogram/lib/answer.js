"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.given = given;
exports.refused = refused;
function given(value) {
    return { ok: true, value };
}
function refused(reason) {
    return { ok: false, reason };
}
