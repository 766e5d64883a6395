import { loadConfig, t } from '@keelson/core'

/** Read once, from the environment and `.env`. What is missing or wrong stops the start, in one message. */
export const config = loadConfig({
  PORT: t.Integer({ minimum: 0, maximum: 65_535, default: 3000 }),
  DATABASE_FILE: t.String({ minLength: 1, default: 'quickstart.db' }),
  LOG_LEVEL: t.Union([t.Literal('debug'), t.Literal('info'), t.Literal('warn'), t.Literal('error')], {
    default: 'info',
  }),
  // Web pages of these origins may call: ORIGINS=https://shop.example,https://admin.shop.example
  ORIGINS: t.Array(t.String(), { default: [] }),
  REQUESTS_PER_MINUTE: t.Integer({ minimum: 1, default: 3000 }),
})
