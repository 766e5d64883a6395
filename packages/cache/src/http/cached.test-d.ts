import { middleware, needs, route, t } from '@keelson/core'
import { cached, invalidates } from '../index.ts'

interface User {
  readonly id: string
}
const session = middleware({
  name: 'session',
  stage: 'authenticate',
  adds: ['user'],
  run: (): { user: User } => ({ user: { id: 'ada' } }),
})
const keep = { ttlMs: 1000 }

export const none = route.get('/', { access: 'public', use: [cached(keep), invalidates('a', 'b')] }, () => 1)
export const own = cached({ ...keep, needs: needs<{ user: User }>('user'), by: ({ user }) => user.id })
export const member = route.use(session).get('/', { access: 'public', use: [own] }, () => 1)
// @ts-expect-error -- nothing before it adds the user
export const nobody = route.get('/', { access: 'public', use: [own] }, () => 1)
export const tagged = route.get(
  '/:id',
  {
    access: 'public',
    params: { id: t.Integer() },
    use: [cached({ ...keep, tags: ({ params }) => [`order:${String(params['id'])}`] })],
  },
  ({ params }) => params.id satisfies number,
)
export const written = invalidates(({ params }, outcome) => [
  `order:${String(params['id'])}`,
  String(outcome?.status),
])
// @ts-expect-error -- nobody knows the outcome of a route that has failed
invalidates((_ctx, { status }) => String(status))

const one = needs<{ params: { id: number } }>('params')
const id = { params: { id: t.Integer() } }
const ofOne = invalidates({ needs: one, tags: ({ params }) => `order:${params.id satisfies number}` })
export const closed = route.post('/:id', { ...id, access: 'public', use: [ofOne] }, () => 1)
// @ts-expect-error -- the params that its route has are others
export const wrong = route.post('/:key', { access: 'public', use: [ofOne] }, () => 1)
// @ts-expect-error -- no such param
invalidates({ needs: one, tags: ({ params }) => `order:${params.orderId}` })
// @ts-expect-error -- no such param
cached({ ...keep, needs: one, tags: ({ params }) => [`order:${params.orderId}`] })
export const ofUser = invalidates({
  needs: needs<{ user: User }>('user'),
  tags: ({ user }) => [`user:${user.id}`],
})
export const left = route.use(session).post('/', { access: 'public', use: [ofUser] }, () => 1)
// @ts-expect-error -- nothing before it adds the user
export const unknown = route.post('/', { access: 'public', use: [ofUser] }, () => 1)
export const searched = cached({
  ...keep,
  needs: needs<{ body: { readonly text: string } }>('body'),
  key: ({ body }) => body.text,
})
export const search = route.post(
  '/search',
  { access: 'public', body: t.Object({ text: t.String() }), use: [searched] },
  () => 1,
)

// @ts-expect-error -- how long is never a default
cached({ tags: ['a'] })
// @ts-expect-error -- not a key part: it is not plain data
cached({ ...keep, by: () => new Map() })
// @ts-expect-error -- one function, and nothing else
invalidates(() => 'a', 'b')
// @ts-expect-error -- at least one tag
invalidates()
