// Clients of a service of which several versions run: each knows what it wrote last, and reads it from any version.
import { setTimeout as wait } from 'node:timers/promises'

/** What a client may send in all, so that a test that hangs sends no more. */
const MOST_REQUESTS = 20_000
const LIMIT_MS = 30_000

/** An order as every version shows it. */
export interface ShownOrder {
  readonly id: string
  readonly text: string
}

/** Requests that do not end before they are told to. */
export class Load {
  /** Whatever was not answered as it should, a sentence each. */
  readonly failures: string[] = []
  /** The last text of each order, by its id. */
  readonly written = new Map<string, string>()
  readonly #running = new Map<string, { open: number; answered: number }>()
  readonly #clients: Promise<void>[] = []
  #isOver = false
  #number = 0

  /** Lets requests go to a version. */
  add(url: string): void {
    this.#running.set(url, { open: 0, answered: 0 })
  }

  /** Lets no more requests go to a version, and waits until the last one is answered. */
  async remove(url: string): Promise<void> {
    const found = this.#running.get(url)!
    this.#running.delete(url)
    await this.#until(() => found.open === 0, `the requests to ${url} are not answered`)
  }

  start(clients: number): void {
    for (let at = 0; at < clients; at++) this.#clients.push(this.#client())
  }

  /** Makes an order by the first version, which the others change, one after the other; nobody touches it again. */
  async order(...urls: readonly string[]): Promise<void> {
    let path = '/orders'
    for (const [at, url] of urls.entries()) {
      const [id] = await this.#write(at === 0 ? 'POST' : 'PUT', path, url)
      path = `/orders/${id}`
    }
  }

  /** Waits until each version that runs has answered so many more requests. */
  async answered(count: number): Promise<void> {
    const goals = [...this.#running.values()].map((version) => ({
      version,
      goal: version.answered + count,
    }))
    await this.#until(
      () => goals.every(({ version, goal }) => version.answered >= goal),
      'too few requests are answered',
    )
  }

  async stop(): Promise<void> {
    this.#isOver = true
    await Promise.all(this.#clients)
  }

  async #until(condition: () => boolean, otherwise: string): Promise<void> {
    for (const end = Date.now() + LIMIT_MS; !condition(); await wait(2))
      if (Date.now() > end || this.failures.length > 0)
        throw new Error([`Within ${LIMIT_MS} ms ${otherwise}.`, ...this.failures.slice(0, 5)].join('\n'))
  }

  /** Makes orders, changes and reads them, each by the version that comes. */
  async #client(): Promise<void> {
    const mine: string[] = []
    for (let at = 0; at < MOST_REQUESTS && !this.#isOver && this.failures.length === 0; at++) {
      const id = mine[Math.floor(at / 3) % Math.max(1, mine.length)]
      if (id === undefined || at % 20 === 0) mine.push(...(await this.#write('POST', '/orders')))
      else if (at % 3 === 0) await this.#write('PUT', `/orders/${id}`)
      else await this.#read(id)
    }
  }

  async #write(method: string, path: string, url?: string): Promise<string[]> {
    const text = `text ${++this.#number}`
    const order = await this.#ask(method, path, { json: { text }, url })
    if (order === undefined) return []
    this.written.set(order.id, text)
    return [order.id]
  }

  async #read(id: string): Promise<void> {
    const path = `/orders/${id}`
    const order = await this.#ask('GET', path)
    const text = this.written.get(id)
    if (order !== undefined && order.text !== text)
      this.failures.push(`GET ${path} gave '${order.text}' where '${text}' was written`)
  }

  /** Sends a request to a version; to any, where none is named. */
  async #ask(
    method: string,
    path: string,
    { json, url = this.#any() }: { readonly json?: object; readonly url?: string | undefined } = {},
  ): Promise<ShownOrder | undefined> {
    const version = this.#running.get(url)!
    version.open++
    try {
      const response = await fetch(url + path, {
        method,
        signal: AbortSignal.timeout(LIMIT_MS),
        ...(json && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) }),
      })
      const body = await response.text()
      version.answered++
      if (response.ok) return JSON.parse(body) as ShownOrder
      this.failures.push(`${method} ${url}${path} gave ${response.status}: ${body}`)
    } catch (error) {
      this.failures.push(`${method} ${url}${path}: ${String(error)}`)
    } finally {
      version.open--
    }
    return undefined
  }

  #any(): string {
    const urls = [...this.#running.keys()]
    return urls[Math.floor(Math.random() * urls.length)]!
  }
}
