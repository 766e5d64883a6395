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

// @ts-expect-error -- how long is never a default
cached({ tags: ['a'] })
// @ts-expect-error -- not a key part: it is not plain data
cached({ ...keep, by: () => new Map() })
// @ts-expect-error -- one function, and nothing else
invalidates(() => 'a', 'b')
// @ts-expect-error -- at least one tag
invalidates()
