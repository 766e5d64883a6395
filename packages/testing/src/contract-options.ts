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

/** Input that the test cannot generate, such as the id of something that exists. */
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
  /** Integer that the requests are generated from; default: a random one. */
  readonly seed?: number | undefined
  /** Requests to each route, without those that reduce a failure; default 100. */
  readonly runsPerRoute?: number | undefined
  /** Time for all routes together, ms, after which nothing is sent or waited for; default 30_000. */
  readonly timeoutMs?: number | undefined
  /** Sent with nine requests of ten; the others try an anonymous caller. Their values are not shown in messages. */
  readonly headers?:
    | ContractHeaders
    | ((route: ContractRoute) => ContractHeaders | Promise<ContractHeaders>)
    | undefined
  /** Names of routes that are not tested. */
  readonly exclude?: readonly string[] | undefined
  /**
   * Called before about every second request. What it returns replaces what was generated, member by member; a body that
   * is not an object, as a whole.
   */
  readonly arrange?:
    | ((route: ContractRoute) => ContractInput | undefined | Promise<ContractInput | undefined>)
    | undefined
  /** Root of the URLs of an app that already listens; it is then not stopped. Default: the test listens, and stops the app. */
  readonly baseUrl?: string | undefined
}
