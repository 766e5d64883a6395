import { contractTest, createMemoryLogger, type ContractInput, type ContractRoute } from '@keelson/testing'
import { createApp } from '@keelson/core'
import { expect, it } from 'vitest'
import { conduitOn } from '../src/app.ts'
import { systemOn, URLS } from './systems.ts'

const LIMIT_MS = 40_000

it.for(Object.keys(URLS))(
  'answers every request by what its routes declare, on %s',
  { timeout: 2 * LIMIT_MS },
  async (name, { skip }) => {
    const system = await systemOn(name)
    if (system === undefined) return skip(`${name} is not at hand`)
    const { log } = createMemoryLogger()
    const app = createApp({ ...conduitOn(system), mode: 'test', log })
    let caller: Promise<Caller> | undefined
    const report = await contractTest(app, {
      headers: async ({ baseUrl }) => ({
        authorization: `Token ${(await (caller ??= join(baseUrl))).token}`,
      }),
      arrange: async (route) => arrange(route, await (caller ??= join(route.baseUrl))),
      runsPerRoute: 50,
      timeoutMs: LIMIT_MS,
    })
    expect(report.withoutSuccess).toEqual([])
  },
)

interface Caller {
  readonly token: string
  readonly email: string
}
const PASSWORD = 'plum tree'
let counter = 0

async function send(url: string, token: string | undefined, body: object): Promise<never> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Token ${token}` }),
    },
    body: JSON.stringify(body),
  })
  return (await response.json()) as never
}

async function join(baseUrl: string, username = `contract ${++counter}`): Promise<Caller> {
  const user = { username, email: `contract-${counter}@example.com`, password: PASSWORD }
  return (await send(`${baseUrl}/api/users`, undefined, { user }))['user']
}

/** Something that exists, for routes that name it; and names that are not taken. */
async function arrange(
  { name, pattern, baseUrl }: ContractRoute,
  caller: Caller,
): Promise<ContractInput | undefined> {
  const number = ++counter
  if (name === 'api.users.register')
    return { body: { user: { username: `n${number}`, email: `n${number}@example.com`, password: PASSWORD } } }
  if (name === 'api.user.change') return { body: { user: { username: `n${number}`, email: caller.email } } }
  if (name === 'api.users.logIn') return { body: { user: { email: caller.email, password: PASSWORD } } }
  if (pattern.startsWith('/docs/')) return { params: { file: 'main.js' } }
  if (pattern.includes(':username')) {
    await join(baseUrl, `followed ${number}`)
    return { params: { username: `followed ${number}` } }
  }
  if (!pattern.includes(':slug')) return undefined
  const article = { title: 'Dragons', description: 'How to', body: 'Carefully.' }
  const { slug } = (await send(`${baseUrl}/api/articles`, caller.token, { article }))['article'] as {
    slug: string
  }
  if (!pattern.includes(':id')) return { params: { slug } }
  const url = `${baseUrl}/api/articles/${slug}/comments`
  const { id } = (await send(url, caller.token, { comment: { body: 'Hm.' } }))['comment'] as { id: number }
  return { params: { slug, id } }
}
