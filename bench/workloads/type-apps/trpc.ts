import { callFile, groupFiles, groupOf, groups, importGroups, routesOf, type TypeApp } from './contract.ts'

const MEMBER = `import { initTRPC } from '@trpc/server'
const trpc = initTRPC.context<{ authorization: string | undefined }>().create()
export const createRouter = trpc.router
export const member = trpc.procedure.use(({ ctx, next }) => next({ ctx: { user: { id: ctx.authorization ?? '' } } }))
`

const CLIENT = `import { createTRPCClient, httpLink } from '@trpc/client'
import type { Api } from './index.ts'
const client = createTRPCClient<Api>({ links: [httpLink({ url: 'http://127.0.0.1' })] })`

/** tRPC with zod and its client. */
export const trpcTypes: TypeApp = (routeCount) => ({
  'member.ts': MEMBER,
  ...groupFiles(
    routeCount,
    (group) => `import { z } from 'zod'
import { createRouter, member } from './member.ts'
export const group${group} = createRouter({
${routesOf(group, routeCount, route)}
})
`,
  ),
  'index.ts': `import { createRouter } from './member.ts'
${importGroups(routeCount)}
export const api = createRouter({ ${groups(routeCount)
    .map((group) => `group${group}`)
    .join(', ')} })
export type Api = typeof api
`,
  'calls.ts': callFile(CLIENT, routeCount, (n) => {
    const input = "{ id: 'x', page: 1, search: 'y' }"
    return `export const call${n}: number = (await client.group${groupOf(n)}.route${n}.query(${input})).total${n}`
  }),
})

function route(n: number): string {
  return `  route${n}: member
    .input(z.object({ id: z.uuid(), page: z.number().int().default(1), search: z.string().optional() }))
    .output(z.object({ id: z.string(), total${n}: z.number() }))
    .query(({ input, ctx }) => ({ id: input.id + ctx.user.id + (input.search ?? ''), total${n}: input.page })),`
}
