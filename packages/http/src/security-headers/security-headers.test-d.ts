import { createApp, route } from '@keelson/core'
import { securityHeaders } from '../index.ts'

const open = { access: 'public' } as const

// A nonce is a text on the context of the factory's routes.
const paged = route.use(securityHeaders({ contentSecurityPolicy: { nonce: true } }))
paged.get('/', open, ({ cspNonce }) => cspNonce satisfies string)
// @ts-expect-error -- it is not any
paged.get('/', open, ({ cspNonce }) => cspNonce satisfies number)
const styled = route.use(securityHeaders({ contentSecurityPolicy: { nonce: ['styleSrc'] } }))
styled.get('/', open, ({ cspNonce }) => cspNonce satisfies string)

// @ts-expect-error -- nobody asked for a nonce
route.use(securityHeaders()).get('/', open, ({ cspNonce }) => cspNonce)

createApp({
  routes: {},
  use: [securityHeaders(), securityHeaders({ contentSecurityPolicy: { nonce: true } })],
})

// @ts-expect-error -- a directive is written as an option
securityHeaders({ contentSecurityPolicy: { 'script-src': ["'self'"] } })
// @ts-expect-error -- sources are a list
securityHeaders({ contentSecurityPolicy: { scriptSrc: "'self'" } })
// @ts-expect-error -- not a directive that takes a nonce
securityHeaders({ contentSecurityPolicy: { nonce: ['imgSrc'] } })
