import { cors } from '@keelson/http'
import { createApp, route } from '@keelson/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { open } from './support.ts'

const routes = { list: route.get('/', open, () => 1) }

/** Texts that are nearly origins: parts of real ones, in any order. */
const nearly = fc
  .array(
    fc.constantFrom(
      'https://',
      'http://',
      'shop',
      '.example',
      '.',
      ':443',
      ':5173',
      '/',
      '@',
      'a',
      '-',
      '*',
      'evil.com',
      '%2e',
      'null',
      'S',
      '[::1]',
    ),
    { minLength: 1, maxLength: 7 },
  )
  .map((parts) => parts.join(''))
const origin = fc
  .tuple(
    fc.constantFrom('https', 'http'),
    fc.constantFrom('', 'a.', 'a.b.', 'x-1.', '-.'),
    fc.constantFrom('shop.example', 'evilshop.example', 'shop.example.evil.com', 'localhost'),
    fc.constantFrom('', ':5173', ':8443'),
  )
  .map(([scheme, sub, host, port]) => `${scheme}://${sub}${host}${port}`)

/** The rules `https://*.shop.example` and `http://localhost:*`, by the parts of a URL. */
function isAdmitted(text: string): boolean {
  const url = URL.parse(text)
  // What a URL makes of it must be what was sent: browsers send no other form.
  if (url === null || url.origin !== text || url.hostname.startsWith('-')) return false
  if (url.protocol === 'http:') return url.hostname === 'localhost'
  const labels = url.hostname.split('.')
  return (
    url.port === '' &&
    labels.length > 2 &&
    labels.slice(-2).join('.') === 'shop.example' &&
    !labels.includes('')
  )
}

it('patterns admit what a URL of the same text says, and nothing else', async () => {
  const app = createApp({
    routes,
    log: false,
    use: [cors({ origins: ['https://*.shop.example', 'http://localhost:*'] })],
  })
  let yes = 0
  await fc.assert(
    fc.asyncProperty(fc.oneof(nearly, origin), async (text) => {
      const { headers } = await app.fetch(new Request('http://localhost/', { headers: { origin: text } }))
      const admitted = headers.get('access-control-allow-origin')
      expect(headers.get('vary')).toBe('origin')
      expect(admitted).toBe(isAdmitted(text) ? text : null)
      if (admitted !== null) yes++
    }),
    { numRuns: 2000 },
  )
  expect(yes).toBeGreaterThan(10)
  await app.stop()
})
