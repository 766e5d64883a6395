// Writers and readers of articles, who know what they may be shown.
import { setTimeout as wait } from 'node:timers/promises'
import type { Answer, Body } from './conduit.ts'

/** What a service may say that cannot reach what it stands on; 500 where the way to the database was lost within a commit. */
const UNAVAILABLE = [500, 503, 504]

/** What a writer knows of its article: the number that it was told is written, and the one that it has asked for. */
interface Written {
  readonly slug: string
  acknowledged: number
  asked: number
}

/** Clients of Conduit, and what they have found wrong. */
export class Load {
  readonly articles: Written[] = []
  readonly wrong: string[] = []
  answers = 0
  failures = 0
  readonly #url: string
  readonly #token: string

  constructor(url: string, token: string) {
    this.#url = url
    this.#token = token
  }

  async ask(method: string, path: string, json?: object): Promise<Answer> {
    const headers = { authorization: `Token ${this.#token}`, 'content-type': 'application/json' }
    const init = { method, headers, ...(json === undefined ? {} : { body: JSON.stringify(json) }) }
    const response = await fetch(this.#url + path, { ...init, signal: AbortSignal.timeout(60_000) })
    this.answers++
    if (UNAVAILABLE.includes(response.status)) this.failures++
    return [response.status, (await response.json()) as Body]
  }

  /** Writes an article, and changes it again and again. */
  async write(until: number): Promise<void> {
    let mine: Written | undefined
    while (Date.now() < until) {
      if (mine === undefined) {
        const article = { title: 'Counting', description: 'Numbers', body: '0' }
        const [status, body] = await this.ask('POST', '/articles', { article })
        if (status === 201)
          this.articles.push((mine = { slug: body.article.slug, acknowledged: 0, asked: 0 }))
        else this.#expectUnavailable('create', status)
        continue
      }
      const next = ++mine.asked
      const [status] = await this.ask('PUT', `/articles/${mine.slug}`, { article: { body: String(next) } })
      if (status === 200) mine.acknowledged = next
      else this.#expectUnavailable('change', status)
      if (next % 20 === 0) mine = undefined
    }
  }

  /** Reads what was written: never older than what its writer knew before. */
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
    if (status !== 200) return this.#expectUnavailable('show', status)
    const shown = Number(body.article.body)
    if (shown < acknowledged || shown > one.asked)
      this.wrong.push(
        `${one.slug} shows ${shown}, after ${acknowledged} was acknowledged and ${one.asked} asked for`,
      )
    return shown
  }

  #expectUnavailable(what: string, status: number): undefined {
    if (!UNAVAILABLE.includes(status)) this.wrong.push(`${what} was answered ${status}`)
  }
}
