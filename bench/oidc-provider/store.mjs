// The PostgreSQL store of the benchmark's oidc-provider: one table for every model, a plain
// adapter over it, and the account table that claims come from. Every statement is a named
// prepared statement, so the server parses each of them once per connection.

import pg from 'pg';

const SCHEMA = `
CREATE TABLE artifact (
  model text NOT NULL,
  id text NOT NULL,
  payload jsonb NOT NULL,
  grant_id text,
  user_code text,
  uid text,
  expires_at bigint,
  PRIMARY KEY (id, model)
);
CREATE INDEX artifact_grant ON artifact (grant_id) WHERE grant_id IS NOT NULL;
CREATE INDEX artifact_uid ON artifact (uid) WHERE uid IS NOT NULL;
CREATE INDEX artifact_user_code ON artifact (user_code) WHERE user_code IS NOT NULL;
CREATE TABLE account (sub text PRIMARY KEY, name text NOT NULL, picture text NOT NULL);
`;

const now = () => Math.floor(Date.now() / 1000);

export class Store {
  constructor(url) {
    this.pool = new pg.Pool({ connectionString: url, max: 10 });
    this.statements = 0;
  }

  async prepare() {
    await this.pool.query(SCHEMA);
  }

  query(name, text, values) {
    this.statements += 1;
    return this.pool.query({ name, text, values });
  }

  async addAccount(sub, name, picture) {
    await this.query('account-add', 'INSERT INTO account VALUES ($1, $2, $3)', [sub, name, picture]);
  }

  async account(sub) {
    const { rows } = await this.query('account', 'SELECT name, picture FROM account WHERE sub = $1', [sub]);
    return rows[0];
  }

  adapter() {
    const store = this;
    return class extends Adapter {
      constructor(model) {
        super(store, model);
      }
    };
  }
}

class Adapter {
  constructor(store, model) {
    this.store = store;
    this.model = model;
  }

  async upsert(id, payload, expiresIn) {
    await this.store.query(
      'upsert',
      `INSERT INTO artifact (model, id, payload, grant_id, user_code, uid, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (id, model) DO UPDATE SET payload = $3, grant_id = $4, user_code = $5,
         uid = $6, expires_at = $7`,
      [
        this.model, id, JSON.stringify(payload), payload.grantId ?? null,
        payload.userCode ?? null, payload.uid ?? null, expiresIn ? now() + expiresIn : null,
      ],
    );
  }

  find(id) {
    return this.one('find', 'id = $2', id);
  }

  findByUid(uid) {
    return this.one('find-uid', 'uid = $2', uid);
  }

  findByUserCode(userCode) {
    return this.one('find-user-code', 'user_code = $2', userCode);
  }

  async one(name, condition, value) {
    const { rows } = await this.store.query(
      name,
      `SELECT payload FROM artifact
       WHERE model = $1 AND ${condition} AND (expires_at IS NULL OR expires_at > $3)`,
      [this.model, value, now()],
    );
    return rows[0]?.payload;
  }

  async consume(id) {
    await this.store.query(
      'consume',
      "UPDATE artifact SET payload = jsonb_set(payload, '{consumed}', $3) WHERE model = $1 AND id = $2",
      [this.model, id, String(now())],
    );
  }

  async destroy(id) {
    await this.store.query('destroy', 'DELETE FROM artifact WHERE model = $1 AND id = $2', [this.model, id]);
  }

  async revokeByGrantId(grantId) {
    await this.store.query('revoke', 'DELETE FROM artifact WHERE grant_id = $1', [grantId]);
  }
}
