import { callFile, groupFiles, groupOf, groups, importGroups, routesOf, type TypeApp } from './contract.ts'

const MEMBER = `import { createMiddleware } from 'hono/factory'
export interface Env { Variables: { user: { id: string } } }
export const session = createMiddleware<Env>(async (c, next) => {
  c.set('user', { id: c.req.header('authorization') ?? '' })
  await next()
})
`

const CLIENT = `import { hc } from 'hono/client'
import type { Api } from './index.ts'
const client = hc<Api>('http://127.0.0.1')`

/** Hono with its zod validator and its client. */
export const honoTypes: TypeApp = (routeCount) => ({
  'member.ts': MEMBER,
  ...groupFiles(
    routeCount,
    (group) => `import { zValidator } from '@hono/zod-validator'
import { Hono } from 'hono'
import { z } from 'zod'
import { session } from './member.ts'
export const group${group} = new Hono()
${routesOf(group, routeCount, route)}
`,
  ),
  'index.ts': `import { Hono } from 'hono'
${importGroups(routeCount)}
export const app = new Hono()
${groups(routeCount)
  .map((group) => `  .route('/group${group}', group${group})`)
  .join('\n')}
export type Api = typeof app
`,
  'calls.ts': callFile(CLIENT, routeCount, (n) => {
    const target = `client.group${groupOf(n)}.route${n}[':id'].$get`
    const input = "{ param: { id: 'x' }, query: { page: '1', search: 'y' } }"
    return `const response${n} = await ${target}(${input})
export const call${n}: number | undefined = response${n}.ok ? (await response${n}.json()).total${n} : undefined`
  }),
})

function route(n: number): string {
  return `  .get(
    '/route${n}/:id',
    session,
    zValidator('param', z.object({ id: z.uuid() })),
    zValidator('query', z.object({ page: z.coerce.number<string>().int().default(1), search: z.string().optional() })),
    (c) => {
      const { page, search } = c.req.valid('query')
      return c.json({ id: c.req.valid('param').id + c.get('user').id + (search ?? ''), total${n}: page }, 200)
    },
  )`
}
