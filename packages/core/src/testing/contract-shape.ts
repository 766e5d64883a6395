// Apart from what makes them: types that users meet must not lead to fast-check, which they need not have.
import type { Plan } from '../operation/index.ts'
import type { FlatRoute } from '../route/index.ts'

/** A plan that serves a route. */
export interface RoutePlan extends Plan {
  readonly name: string
  readonly pattern: string
  readonly flat: FlatRoute
}

/** Bytes in the place of a JSON body. */
export interface RawBody {
  readonly text: string
  readonly type: string
}

/** One request of a contract test before it is written: what each place holds. */
export interface ContractCase {
  readonly params: unknown
  readonly query: unknown
  readonly headers: unknown
  readonly cookies: unknown
  readonly body: unknown
  readonly raw: RawBody | undefined
  /** Whether it is sent with what `arrange` prepares. */
  readonly isArranged: boolean
  /** Whether it is sent without the headers of the options. */
  readonly isAnonymous: boolean
  /** Whether HEAD is sent in the place of GET. */
  readonly isHead: boolean
}
