/** A route as the hooks of a contract test see it. */
export interface ContractRoute {
  /** Operation id: `orders.show`. */
  readonly name: string
  readonly method: string
  /** `/orders/:id` */
  readonly pattern: string
  /** Root of the app's URLs, for requests of your own. */
  readonly baseUrl: string
}

/** Input that the test cannot make up, such as the id of something that exists. */
export interface ContractInput {
  readonly params?: Readonly<Record<string, unknown>> | undefined
  readonly query?: Readonly<Record<string, unknown>> | undefined
  readonly headers?: Readonly<Record<string, unknown>> | undefined
  readonly cookies?: Readonly<Record<string, unknown>> | undefined
  readonly body?: unknown
}

/** Headers of requests, by name. */
export type ContractHeaders = Readonly<Record<string, string>>

/** Options of `contractTest`. */
export interface ContractTestOptions {
  /** Integer that the requests are made from; default: another one each time. */
  readonly seed?: number | undefined
  /** Requests to each route, besides those that look for a smaller failure; default 100. */
  readonly runsPerRoute?: number | undefined
  /** Time for all routes together, ms, after which no more is sent or waited for; default 30_000. */
  readonly timeoutMs?: number | undefined
  /** Sent with nine requests of ten, so that callers who are nobody are tried too. Not shown in messages. */
  readonly headers?:
    | ContractHeaders
    | ((route: ContractRoute) => ContractHeaders | Promise<ContractHeaders>)
    | undefined
  /** Names of routes that are left out. */
  readonly exclude?: readonly string[] | undefined
  /**
   * Called before every second request or so. What it gives takes the place of what was made up, member by member; a
   * body that is no object, as a whole.
   */
  readonly arrange?:
    | ((route: ContractRoute) => ContractInput | undefined | Promise<ContractInput | undefined>)
    | undefined
  /** Root of the URLs of an app that listens already; it is then not stopped. Default: the test listens, and stops the app. */
  readonly baseUrl?: string | undefined
}
