// Writers and readers of articles, who know what they may be shown.
import { setTimeout as wait } from 'node:timers/promises'
import type { Answer, Body } from './conduit.ts'

/** What is known of a write by its answer. */
export type Told = 'done' | 'not done' | 'unknown'

/** What a service may say that cannot reach what it stands on; 500 and 504 where nobody knows whether it was done. */
const UNAVAILABLE: Readonly<Record<number, Told>> = { 500: 'unknown', 503: 'not done', 504: 'unknown' }

/** What a writer knows of its article: the number that it was told is written, and those that it has asked for in vain. */
interface Written {
  readonly slug: string
  acknowledged: number
  asked: number
  readonly refused: Set<number>
}

/** Clients of Conduit, and what they have found wrong. */
export class Load {
  readonly articles: Written[] = []
  readonly wrong: string[] = []
  answers = 0
  failures = 0
  unknown = 0
  readonly #url: string
  readonly #token: string

  private constructor(url: string, token: string) {
    this.#url = url
    this.#token = token
  }

  /** Signs up, by whom all is asked then. */
  static async begin(url: string): Promise<Load> {
    const [, body] = await new Load(url, '').ask('POST', '/users', { user: userOf('ada') })
    return new Load(url, body.user.token)
  }

  async ask(method: string, path: string, json?: object): Promise<Answer> {
    const headers = {
      ...(this.#token === '' ? {} : { authorization: `Token ${this.#token}` }),
      'content-type': 'application/json',
    }
    const init = { method, headers, ...(json === undefined ? {} : { body: JSON.stringify(json) }) }
    const response = await fetch(this.#url + path, { ...init, signal: AbortSignal.timeout(60_000) })
    this.answers++
    if (response.status in UNAVAILABLE) this.failures++
    return [response.status, (await response.json()) as Body]
  }

  /** Asks for a change. */
  async change(method: string, path: string, json?: object): Promise<Told> {
    const [status] = await this.ask(method, path, json)
    return this.#told(`${method} ${path}`, status)
  }

  signUp(username: string): Promise<Told> {
    return this.change('POST', '/users', { user: userOf(username) })
  }

  /** Writes an article, and changes it again and again. */
  async write(until: number): Promise<void> {
    let mine: Written | undefined
    while (Date.now() < until) {
      if (mine === undefined) {
        const article = { title: 'Counting', description: 'Numbers', body: '0' }
        const [status, body] = await this.ask('POST', '/articles', { article })
        const { slug } = this.#told('create', status) === 'done' ? body.article : {}
        if (slug !== undefined)
          this.articles.push((mine = { slug, acknowledged: 0, asked: 0, refused: new Set() }))
        continue
      }
      const next = ++mine.asked
      const told = await this.change('PUT', `/articles/${mine.slug}`, { article: { body: String(next) } })
      if (told === 'done') mine.acknowledged = next
      if (told === 'not done') mine.refused.add(next)
      if (next % 20 === 0) mine = undefined
    }
  }

  /** Reads what was written: never older than what its writer knew before, and nothing that was refused. */
  async read(until: number): Promise<void> {
    while (Date.now() < until) {
      const one = this.articles[Math.floor(Math.random() * this.articles.length)]
      if (one === undefined) await wait(5)
      else await this.check(one)
    }
  }

  async check(one: Written): Promise<number | undefined> {
    const { acknowledged } = one
    const [status, body] = await this.ask('GET', `/articles/${one.slug}`)
    if (this.#told('show', status) !== 'done') return undefined
    const shown = Number(body.article.body)
    if (shown < acknowledged || shown > one.asked || one.refused.has(shown))
      this.wrong.push(
        `${one.slug} shows ${shown}, after ${acknowledged} was acknowledged and ${one.asked} asked for`,
      )
    return shown
  }

  #told(what: string, status: number): Told {
    const told = status < 300 ? 'done' : UNAVAILABLE[status]
    if (told === 'unknown') this.unknown++
    if (told === undefined) this.wrong.push(`${what} was answered ${status}`)
    return told ?? 'not done'
  }
}

function userOf(username: string): object {
  return { username, email: `${username}@example.com`, password: 'plum tree' }
}
