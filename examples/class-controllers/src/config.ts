import { loadConfig, secret, t } from '@keelson/core'

export const config = loadConfig({
  PORT: t.Integer({ minimum: 0, maximum: 65_535, default: 3000 }),
  DATABASE_FILE: t.String({ minLength: 1, default: 'orders.db' }),
  // Production has no default: `openssl rand -hex 32` makes one.
  READER_KEY: secret(t.String({ minLength: 8 }), { development: 'reader-key' }),
  WRITER_KEY: secret(t.String({ minLength: 8 }), { development: 'writer-key' }),
})
