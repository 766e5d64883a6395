import type { WireRequest } from '../harness/http.ts'
import type { AppName } from '../harness/peers.ts'
import type { Check } from '../harness/verify.ts'

/** A job for an app: what is sent, and what must come back. */
export interface Job {
  readonly app: AppName
  readonly env?: Readonly<Record<string, string>>
  /** Sent in turn while time is taken. */
  readonly requests: readonly WireRequest[]
  /** Looked at before time is taken. The first one also tells when the server is up. */
  readonly checks: readonly Check[]
  /** What else must hold of a line in the server's log; without it the server writes none. */
  readonly logLine?: ((line: Readonly<Record<string, unknown>>) => boolean) | undefined
  readonly needsDatabase?: boolean
}

/** A job under the name that results have of it. */
export interface Workload {
  readonly id: string
  readonly title: string
  readonly job: Job
}
