import { route, t } from '@keelson/core'
import {
  byAccept,
  cacheControl,
  cors,
  cursors,
  deprecated,
  fileName,
  html,
  htmlReply,
  ipAccess,
  links,
  offsetPage,
  offsetPageOf,
  page,
  pageOf,
  securityHeaders,
} from '@keelson/http'

export const cached = cacheControl({ public: true, maxAgeSeconds: 60 })
export const report = route.get('/report', { access: 'public', use: [cached] }, () => fileName('report.pdf'))

export const readable = cors({ origins: 'https://app.example' })
export const secured = securityHeaders()
export const pages = route.use(securityHeaders({ contentSecurityPolicy: { nonce: true } }))
export const home = pages.get('/home', { access: 'public' }, ({ cspNonce }) => cspNonce)

const Item = t.Object({ id: t.Integer() })
export const byId = cursors({ list: 'items', schema: Item })
export const office = ipAccess({ allow: ['10.0.0.0/8'] })
export const list = route.get(
  '/items',
  {
    access: 'public',
    query: page(),
    response: pageOf(Item),
    use: [links(), office],
    meta: [deprecated({ since: '2026-05-01' })],
  },
  () => ({ items: [] }),
)
export const numbered = route.get(
  '/numbered',
  { access: 'public', query: offsetPage(), response: offsetPageOf(Item) },
  () => ({ items: [], total: 0 }),
)

export const format = byAccept()
export const greeting = route.get('/page', { access: 'public' }, () => htmlReply(html`<h1>Shop</h1>`))
