// Conduit under test, as its clients see it.
import { CACHE } from '@keelson/cache'
import { testApp, type TestApp } from '@keelson/testing'
import { rollbackEach } from '@keelson/db/testing'
import { afterAll, afterEach, beforeAll, beforeEach, type TestContext } from 'vitest'
import type { AppOptions, Static } from '@keelson/core'
import { conduitOn, type Api } from '../src/app.ts'
import type { Article, ListedArticle } from '../src/articles/articles.contract.ts'
import type { Comment } from '../src/comments/comments.contract.ts'
import type { Profile } from '../src/profiles/profiles.contract.ts'
import type { User } from '../src/users/users.contract.ts'
import { DB } from '../src/tables.ts'
import { TAGS_IN_USE } from '../src/cache-tags.ts'
import { systemOn, URLS } from './systems.ts'

export const SYSTEMS = Object.keys(URLS)

export interface Call {
  readonly token?: string | undefined
  readonly json?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** What bodies of answers have; which of it, the operation says. */
export interface Body {
  readonly user: Static<typeof User>
  readonly profile: Profile
  readonly article: Article
  readonly articles: readonly ListedArticle[]
  readonly articlesCount: number
  readonly comment: Comment
  readonly comments: readonly Comment[]
  readonly tags: readonly string[]
  readonly errors: { readonly body: readonly string[] }
}
export type Answer = readonly [status: number, body: Body]

let counter = 0

/** Requests, and what most tests begin with. Its members may be taken apart. */
export class Conduit {
  readonly app: TestApp<Api>

  constructor(app: TestApp<Api>) {
    this.app = app
  }

  readonly send = (
    method: string,
    path: string,
    { token, headers, ...call }: Call = {},
  ): Promise<Response> => {
    const credentials = token === undefined ? {} : { authorization: `Token ${token}` }
    return this.app.request(method, `/api${path}`, { ...call, headers: { ...credentials, ...headers } })
  }

  readonly ask = async (method: string, path: string, call?: Call): Promise<Answer> => {
    const response = await this.send(method, path, call)
    const text = await response.text()
    return [response.status, (text === '' ? undefined : JSON.parse(text)) as Body]
  }

  readonly join = async (
    username = `member ${++counter}`,
    password = 'a password',
  ): Promise<Body['user']> => {
    const email = `member-${++counter}@example.com`
    const [status, body] = await this.ask('POST', '/users', { json: { user: { username, email, password } } })
    if (status !== 201) throw new Error(`Not registered: ${JSON.stringify(body)}`)
    return body.user
  }

  readonly write = async (token: string, article: object = {}): Promise<Article> => {
    const json = { article: { title: 'Dragons', description: 'How to', body: 'Very carefully.', ...article } }
    const [status, body] = await this.ask('POST', '/articles', { token, json })
    if (status !== 201) throw new Error(`Not written: ${JSON.stringify(body)}`)
    return body.article
  }
}

type On = (work: (conduit: Conduit) => Promise<void>) => (context: TestContext) => Promise<void>

interface Starting {
  /** Where the clock of the app stands. Default: its own clock. */
  readonly now?: number
  /** Whether each test is rolled back. Default: yes. */
  readonly isRolledBack?: boolean
  /** What stands in place of services. Default: nothing. */
  readonly overrides?: AppOptions['overrides']
}

/** Starts Conduit on a system for the tests of the block around; they are skipped where it is not at hand. */
export function startingOn(name: string, { now, isRolledBack = true, overrides = [] }: Starting = {}): On {
  let conduit: Conduit | undefined
  beforeAll(async () => {
    const system = await systemOn(name)
    if (system === undefined) return
    const { log: _, ...options } = conduitOn(system)
    conduit = new Conduit(await testApp({ ...options, overrides, ...(now === undefined ? {} : { now }) }))
  })
  afterAll(() => conduit?.app.close())
  if (isRolledBack) rollingBack(() => conduit?.app)
  return (work) => async (context) =>
    conduit === undefined ? context.skip(`${name} is not at hand`) : work(conduit)
}

/** Each test begins with empty tables, and with a cache that has forgotten what was rolled back. */
function rollingBack(app: () => TestApp<Api> | undefined): void {
  const whereOpen = (hooked: typeof beforeEach) => (hook: () => Promise<void>) =>
    hooked(async () => (app() === undefined ? undefined : hook()))
  rollbackEach(() => (app() as TestApp<Api>).resolve(DB), {
    beforeEach: whereOpen(beforeEach),
    afterEach: whereOpen(afterEach),
  })
  whereOpen(beforeEach)(async () => app()?.resolve(CACHE).invalidate(TAGS_IN_USE))
}
