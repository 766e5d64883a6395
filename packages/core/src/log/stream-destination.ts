// On the request path: stands between the logger and a destination of the user, which may throw.
import type { DestinationLease, LogDestination } from './contract.ts'
import { flushAtExit, forgetAtExit } from './exit-flush.ts'
import { reasonOf } from '../errors/index.ts'
import { lease, type LeaseRegister } from './lease.ts'
import { FailureReport } from './failure-report.ts'

interface StreamLike extends LogDestination {
  on?(event: 'error', listener: (error: unknown) => void): unknown
  readonly writableLength?: number
}

/** A destination of the user that cannot fail: what it throws or emits as an error is reported once on stderr. */
class StreamDestination implements LogDestination {
  readonly #target: StreamLike
  readonly #failures = new FailureReport('log destination')
  // Read once: writes must not look for methods.
  readonly #canFlushSync: boolean

  constructor(target: StreamLike) {
    this.#target = target
    this.#canFlushSync = typeof target.flushSync === 'function'
    // An error event without a listener would end the process.
    if (typeof target.on === 'function') target.on('error', (error) => this.#report(error))
    if (this.#canFlushSync) flushAtExit(this)
  }

  write(line: string): void {
    try {
      this.#target.write(line)
    } catch (error) {
      this.#report(error)
    }
  }

  async flush(): Promise<void> {
    try {
      await flushStream(this.#target)
    } catch (error) {
      this.#report(error)
    }
  }

  flushSync(): void {
    if (!this.#canFlushSync) return
    try {
      this.#target.flushSync?.()
    } catch (error) {
      this.#report(error)
    }
  }

  flushAtExit(): void {
    this.flushSync()
  }

  close(): void {
    forgetAtExit(this)
  }

  #report(error: unknown): void {
    this.#failures.report('failed', `lines are lost: ${reasonOf(error)}`)
  }
}

function flushStream(target: StreamLike): unknown {
  // pino's own destinations and transports take a callback.
  if (typeof target.flush === 'function') {
    const flush = target.flush as (done?: () => void) => unknown
    return flush.length === 0
      ? flush.call(target)
      : new Promise<void>((done) => flush.call(target, () => done()))
  }
  if (typeof target.writableLength !== 'number') return undefined
  const write = target.write as (chunk: string, done: () => void) => unknown
  return new Promise<void>((done) => write.call(target, '', () => done()))
}

const register: LeaseRegister<LogDestination> = new WeakMap()

/** Wraps a destination of the user. A thousand loggers on one stream add one listener to it. */
export function leaseStream(target: LogDestination): DestinationLease {
  return lease(register, target, () => new StreamDestination(target))
}
