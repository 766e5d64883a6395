import { callFile, groupFiles, groupOf, groups, importGroups, routesOf, type TypeApp } from './contract.ts'

const MEMBER = `import { Elysia } from 'elysia'
export const session = new Elysia({ name: 'session' }).derive({ as: 'scoped' }, ({ headers }) => ({
  user: { id: headers['authorization'] ?? '' },
}))
`

const CLIENT = `import { treaty } from '@elysiajs/eden'
import type { Api } from './index.ts'
const client = treaty<Api>('127.0.0.1')`

/** Elysia with its client, Eden. */
export const elysiaTypes: TypeApp = (routeCount) => ({
  'member.ts': MEMBER,
  ...groupFiles(
    routeCount,
    (group) => `import { Elysia, t } from 'elysia'
import { session } from './member.ts'
export const group${group} = new Elysia({ prefix: '/group${group}' })
  .use(session)
${routesOf(group, routeCount, route)}
`,
  ),
  'index.ts': `import { Elysia } from 'elysia'
${importGroups(routeCount)}
export const app = new Elysia()
${groups(routeCount)
  .map((group) => `  .use(group${group})`)
  .join('\n')}
export type Api = typeof app
`,
  'calls.ts': callFile(CLIENT, routeCount, (n) => {
    const target = `client.group${groupOf(n)}.route${n}({ id: 'x' }).get`
    return `export const call${n}: number | undefined = (await ${target}({ query: { page: 1, search: 'y' } })).data?.total${n}`
  }),
})

function route(n: number): string {
  return `  .get(
    '/route${n}/:id',
    ({ params, query, user }) => ({ id: params.id + user.id + (query.search ?? ''), total${n}: query.page }),
    {
      params: t.Object({ id: t.String({ format: 'uuid' }) }),
      query: t.Object({ page: t.Integer({ default: 1 }), search: t.Optional(t.String()) }),
      response: t.Object({ id: t.String(), total${n}: t.Number() }),
    },
  )`
}
