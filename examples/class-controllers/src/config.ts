import { loadConfig, secret, t } from '@keelson/core'

export const config = loadConfig({
  PORT: t.Integer({ minimum: 0, maximum: 65_535, default: 3000 }),
  DATABASE_FILE: t.String({ minLength: 1, default: ':memory:' }),
  // The defaults are known to everybody: set both where others can reach the service.
  READER_KEY: secret(t.String({ minLength: 8, default: 'reader-key' })),
  WRITER_KEY: secret(t.String({ minLength: 8, default: 'writer-key' })),
})
