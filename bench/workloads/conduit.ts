// W11: the RealWorld API over PostgreSQL, beside the same written with Fastify and Kysely: a list of articles, an article, a new one.
import type { Bench, Section } from '../harness/bench.ts'
import { conduitProblem } from '../harness/conduit.ts'
import type { WireRequest } from '../harness/http.ts'
import { expectStatus, type Check } from '../harness/verify.ts'
import { ARTICLES, slugOf, tokenOf } from '../domain/conduit.ts'
import { conduitTypes } from './conduit-types.ts'
import { speed } from './speed.ts'
import { start } from './start.ts'
import type { Job } from './contract.ts'

const READERS = 100
const REQUESTS = 1000
const TOKENS = Array.from({ length: READERS }, (_, user) => tokenOf(user))

function by(user: number, path: string): WireRequest {
  const headers = { accept: 'application/json', authorization: `Token ${TOKENS[user % READERS] ?? ''}` }
  return { method: 'GET', path: `/api${path}`, headers }
}

/** The writer of an article has it. */
const ARTICLE = { title: 'How to train', description: 'Ever wonder?', body: 'Very carefully. '.repeat(60) }
function post(user: number, article: object = { ...ARTICLE, tagList: ['dragons', 'training'] }): WireRequest {
  const { headers } = by(user, '')
  const path = '/api/articles'
  return {
    method: 'POST',
    path,
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ article }),
  }
}

type Json = Readonly<Record<string, unknown>>

/** What must be the same on each server: all but what follows from the moment. */
function holds(test: (body: Json) => boolean, status = 200): Check['problem'] {
  return (answer) => {
    if (answer.status !== status)
      return `status ${answer.status} instead of ${status}: ${answer.text.slice(0, 200)}`
    return test(JSON.parse(answer.text) as Json) ? undefined : `another body: ${answer.text.slice(0, 300)}`
  }
}

const FACTS = 'author,body,createdAt,description,favorited,favoritesCount,slug,tagList,title,updatedAt'
const namesOf = (value: unknown): string =>
  Object.keys(value as object)
    .toSorted()
    .join()

const checks: readonly Check[] = [
  {
    name: 'an article',
    request: by(7, `/articles/${slugOf(7)}`),
    problem: holds(({ article }) => {
      const { favoritesCount, tagList } = article as { favoritesCount: number; tagList: unknown }
      return namesOf(article) === FACTS && favoritesCount === 10 && String(tagList) === 'tag-7,tag-0'
    }),
  },
  {
    name: 'a list',
    request: by(7, '/articles?limit=2&offset=1'),
    problem: holds(({ articles, articlesCount }) => {
      const list = articles as readonly object[]
      return (
        list.length === 2 &&
        namesOf(list[0]) === FACTS.replace('body,', '') &&
        Number(articlesCount) >= ARTICLES
      )
    }),
  },
  {
    name: 'a list by tag',
    request: by(7, '/articles?tag=tag-49'),
    problem: holds(
      ({ articles, articlesCount }) =>
        articlesCount === 200 && (articles as readonly unknown[]).length === 20,
    ),
  },
  { name: 'an unknown article', request: by(7, '/articles/none'), problem: expectStatus(422) },
  {
    name: 'a wrong token',
    request: { ...by(7, '/articles'), headers: { authorization: 'Token x' } },
    problem: expectStatus(401),
  },
  { name: 'a wrong part', request: by(7, '/articles?limit=0'), problem: expectStatus(422) },
  {
    name: 'an article without a title',
    request: post(7, { ...ARTICLE, title: '' }),
    problem: expectStatus(422),
  },
  {
    name: 'an article of nobody',
    request: { ...post(7), headers: { 'content-type': 'application/json' } },
    problem: expectStatus(401),
  },
  {
    name: 'a new article',
    request: post(7),
    problem: holds(
      ({ article }) => /^how-to-train-[\da-f]{12}$/.test((article as { slug: string }).slug),
      201,
    ),
  },
]

const numbers = Array.from({ length: REQUESTS }, (_, at) => at)
const jobOf = (requests: readonly WireRequest[]): Job => ({
  app: 'conduit',
  requests,
  checks,
  logLine: (line) =>
    /"[0-9a-f-]{36}"/.test(JSON.stringify(line)) && JSON.stringify(line).includes('/api/articles'),
  needsDatabase: true,
})

const JOBS: Readonly<Record<string, Job>> = {
  'list of 20': jobOf(numbers.map((at) => by(at, `/articles?limit=20&offset=${(at * 20) % 2000}`))),
  show: jobOf(numbers.map((at) => by(at, `/articles/${slugOf((at * 7919) % ARTICLES)}`))),
  create: jobOf(numbers.map((at) => post(at))),
}

/** Its three operations one after the other, each as W1 to W4 are, its start as W5 is, and its types. */
export async function conduit(bench: Bench): Promise<Section> {
  const problem = conduitProblem()
  if (problem !== undefined)
    return { id: 'w11', title: 'W11: the RealWorld API', table: '', remarks: [problem] }
  const parts: string[] = []
  const remarks: string[] = []
  for (const [name, job] of Object.entries(JOBS)) {
    const section = await speed(bench, { id: 'w11', title: name, job })
    parts.push(`### ${name}\n\n${section.table}`)
    remarks.push(...section.remarks.map((remark) => `${name}: ${remark}`))
  }
  const started = await start(bench, { id: 'w11', title: 'start', job: jobOf([]) })
  parts.push(`### start\n\n${started.table}`)
  const typed = conduitTypes(bench)
  parts.push(`### types\n\n${typed.table}`)
  remarks.push(...started.remarks.map((remark) => `start: ${remark}`), ...typed.remarks)
  return { id: 'w11', title: 'W11: the RealWorld API', table: parts.join('\n\n'), remarks }
}
