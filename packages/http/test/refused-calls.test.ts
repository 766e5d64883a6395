import { SetupError } from '@keelson/core'
import {
  cacheControl,
  cookieJar,
  cors,
  csrf,
  deprecated,
  ipAccess,
  quotas,
  rateCost,
  rateLimit,
  securityHeaders,
  toCacheControl,
} from '@keelson/http'
import { expect, it } from 'vitest'

it.each<[string, () => unknown]>([
  ['cacheControl', () => cacheControl({})],
  ['toCacheControl', () => toCacheControl({ public: true, private: true })],
  ['cookieJar', () => cookieJar({ 'a b': {} })],
  ['cookieJar', () => cookieJar({})],
  ['quotas', () => quotas({})],
  ['cors', () => cors({ origins: '*', credentials: true })],
  ['csrf', () => csrf({ token: { cookie: 'a b' } })],
  ['deprecated', () => deprecated({ since: '2026-05-01', sunset: '2026-04-01' })],
  ['ipAccess', () => ipAccess({})],
  ['ipAccess', () => ipAccess({ allow: ['0.0.0.0/0'] })],
  ['rateCost', () => rateCost(-1)],
  ['rateLimit', () => rateLimit({})],
  ['rateLimit', () => rateLimit({ limit: 1, windowMs: 1 })],
  ['securityHeaders', () => securityHeaders({ contentSecurityPolicy: { imgSrc: ['self'] } })],
])('what %s refuses is titled by it, with its caller as the place', (name, call) => {
  let thrown: unknown
  try {
    call()
  } catch (error) {
    thrown = error
  }
  expect(thrown).toBeInstanceOf(SetupError)
  const { message, problems } = thrown as SetupError
  expect(message).toMatch(new RegExp(`^Invalid call of ${name}[:,]`))
  for (const { code, place } of problems)
    expect([code, place]).toEqual([
      'ERR_CORE_OPTION',
      expect.stringMatching(new RegExp(`^${name} \\(.*refused-calls\\.test\\.ts:\\d+\\)$`)),
    ])
})
