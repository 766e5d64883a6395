import { loadConfig, secret, t } from '@keelson/core'

/** Read once, from the environment and from `.env`; what is missing or wrong stops the start with one message. */
export const config = loadConfig({
  PORT: t.Integer({ minimum: 0, maximum: 65535, default: 3000 }),
  DATABASE_FILE: t.String({ default: 'quickstart.db' }),
  // `name:role` pairs by key would be looked up in a database; two keys are enough to see roles at work.
  READER_KEY: secret(t.String({ minLength: 8, default: 'reader-key' })),
  WRITER_KEY: secret(t.String({ minLength: 8, default: 'writer-key' })),
  LOG_LEVEL: t.Union([t.Literal('debug'), t.Literal('info'), t.Literal('warn'), t.Literal('error')], { default: 'info' }),
})
