import { loadConfig, secret, t } from '@keelson/core'

// What stands in the environment of the shop.
const env = {
  ISSUER: 'https://login.shop.example',
  ORIGINS: 'https://shop.example',
  PORT: '0',
  APP_SECRET: 'zfRk-8Jw2mQv7sLx4NbT9cYd6HpGe3Ua',
  DATABASE_URL: 'postgres://localhost/shop',
  REDIS_URL: 'redis://localhost',
}

export const config = loadConfig(
  {
    ISSUER: t.String(),
    ORIGINS: t.Array(t.String()),
    PORT: t.Integer(),
    APP_SECRET: secret(),
    DATABASE_URL: secret(),
    REDIS_URL: secret(),
  },
  { env, files: [] },
)
