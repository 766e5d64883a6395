import type { TestApp } from '@keelson/testing'
import type { RouteTree } from '@keelson/core'

/** What a browser does with the cookies of one app, as far as sessions need it, and what it says of the page that asks. */
export class Browser {
  cookie: string | undefined
  /** Of the page whose request it is. */
  site = 'same-origin'
  readonly #app: TestApp<RouteTree>

  constructor(app: TestApp<RouteTree>, cookie?: string) {
    this.#app = app
    this.cookie = cookie
  }

  async ask(method: string, path: string, headers: Record<string, string> = {}): Promise<Response> {
    const own = this.cookie === undefined ? {} : { cookie: this.cookie }
    const answer = await this.#app.request(method, path, {
      headers: { 'sec-fetch-site': this.site, ...own, ...headers },
    })
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      this.cookie = line.includes('Max-Age=0') ? undefined : pair
    }
    return answer
  }

  async status(method: string, path: string, headers?: Record<string, string>): Promise<number> {
    const answer = await this.ask(method, path, headers)
    await answer.text()
    return answer.status
  }

  async json<T>(path: string): Promise<T> {
    return (await (await this.ask('GET', path)).json()) as T
  }
}
