"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.PHONE_KIND = exports.DEPLOYMENT = void 0;
exports.DEPLOYMENT = "https://login.example.com";
exports.PHONE_KIND = "quick";
