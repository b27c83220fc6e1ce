import * as crypto from 'node:crypto';

/** What Crypto.ets does on a phone, by Node.js: for tests alone. */
export class PublicKey {
  constructor(
    readonly type: string,
    readonly first: Uint8Array,
    readonly second: Uint8Array,
  ) {}
}

export class Crypto {
  static sha256(text: string): Uint8Array {
    return crypto.createHash('sha256').update(text).digest();
  }

  static random(length: number): Uint8Array {
    return crypto.randomBytes(length);
  }

  static verify(key: PublicKey, signed: Uint8Array, signature: Uint8Array): boolean {
    const [first, second] = [Crypto.base64url(key.first), Crypto.base64url(key.second)];
    const rsa = { kty: 'RSA', n: first, e: second };
    const ec = { kty: 'EC', crv: 'P-256', x: first, y: second };
    const known = crypto.createPublicKey({ key: key.type === 'RSA' ? rsa : ec, format: 'jwk' });
    return crypto.verify('sha256', signed, { key: known, dsaEncoding: 'ieee-p1363' }, signature);
  }

  static base64url(bytes: Uint8Array): string {
    return Buffer.from(bytes).toString('base64url');
  }

  static decoded64(text: string): Uint8Array {
    return Buffer.from(text, 'base64url');
  }

  static utf8(text: string): Uint8Array {
    return Buffer.from(text);
  }

  static text(bytes: Uint8Array): string {
    return Buffer.from(bytes).toString();
  }
}
