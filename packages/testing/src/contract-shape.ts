// Apart from the code that makes them: public types must not import fast-check, an optional dependency.

/** What is sent instead of a value of the body. */
export interface RawBody {
  readonly content: string | Uint8Array<ArrayBuffer>
  readonly type: string
}

/** One request of a contract test before it is serialised: the values of each place. */
export interface ContractCase {
  readonly params: unknown
  readonly query: unknown
  readonly headers: unknown
  readonly cookies: unknown
  readonly body: unknown
  /** Which of the route's formats the body is sent in, by its place. */
  readonly format: number
  readonly raw: RawBody | undefined
  /** Whether it is sent with the input of `arrange`. */
  readonly isArranged: boolean
  /** Whether it is sent without the headers of the options. */
  readonly isAnonymous: boolean
  /** Whether HEAD is sent instead of GET. */
  readonly isHead: boolean
}
