import { loadConfig, secret, t } from '@keelson/core'

/** Read once, from the environment and `.env`. What is missing or wrong stops the start, in one message. */
export const config = loadConfig({
  PORT: t.Integer({ minimum: 0, maximum: 65_535, default: 3000 }),
  // postgres://…, mysql://… or mariadb://…; anything else is a file of SQLite.
  DATABASE_URL: secret(t.String({ minLength: 1 }), { development: 'conduit.db' }),
  // Signs the tokens, at least 256 bits.
  APP_SECRET: secret(t.String(), { development: 'known to everybody who has read this line' }),
  // Several processes share what they keep in memory by it.
  REDIS_URL: t.Optional(secret(t.String({ minLength: 1 }))),
  // Web pages of these origins may call: ORIGINS=https://conduit.example,http://localhost:5173
  ORIGINS: t.Array(t.String(), { default: [] }),
  // How many proxies stand in front, of which the last ends TLS: callers have the address that these say.
  TRUST_PROXY: t.Integer({ minimum: 0, default: 0 }),
  LOG_LEVEL: t.Union([t.Literal('debug'), t.Literal('info'), t.Literal('warn'), t.Literal('error')], {
    default: 'info',
  }),
})
