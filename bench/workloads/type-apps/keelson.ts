import { callFile, groupFiles, groupOf, groups, importGroups, routesOf, type TypeApp } from './contract.ts'

const MEMBER = `import { middleware, route } from '@keelson/core'
const session = middleware({
  name: 'session',
  stage: 'authenticate',
  adds: ['user'],
  run: (ctx) => ({ user: { id: ctx.header('authorization') ?? '' } }),
})
export const member = route.use(session)
`

const CLIENT = `import { createClient, type Manifest } from '@keelson/client'
import type { Api } from './index.ts'
declare const manifest: Manifest
const client = createClient<Api>({ baseUrl: 'http://127.0.0.1', manifest })`

/** Keelson with its client. */
export const keelsonTypes: TypeApp = (routeCount) => ({
  'member.ts': MEMBER,
  ...groupFiles(
    routeCount,
    (group) => `import { router, t } from '@keelson/core'
import { member } from './member.ts'
export const group${group} = router('/group${group}', {
${routesOf(group, routeCount, route)}
})
`,
  ),
  'index.ts': `${importGroups(routeCount)}
export const routes = { ${groups(routeCount)
    .map((group) => `group${group}`)
    .join(', ')} }
export type Api = typeof routes
`,
  'calls.ts': callFile(CLIENT, routeCount, (n) => {
    const input = "{ params: { id: 'x' }, query: { page: 1, search: 'y' } }"
    return `export const call${n}: number = (await client.group${groupOf(n)}.route${n}(${input})).total${n}`
  }),
})

function route(n: number): string {
  return `  route${n}: member.get('/route${n}/:id', {
    params: { id: t.String({ format: 'uuid' }) },
    query: { page: t.Integer({ default: 1 }), search: t.Optional(t.String()) },
    response: t.Object({ id: t.String(), total${n}: t.Number() }),
    access: 'public',
  }, ({ params, query, user }) => ({ id: params.id + user.id + (query.search ?? ''), total${n}: query.page })),`
}
