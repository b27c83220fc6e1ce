// Debian 12's Node.js 18 has Web Crypto, but not yet under its global names.
import { webcrypto } from 'node:crypto';

globalThis.crypto ??= webcrypto;
globalThis.CryptoKey ??= webcrypto.CryptoKey;
