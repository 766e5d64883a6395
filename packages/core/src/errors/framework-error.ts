const kError = Symbol.for('keelson.error')

/** What a {@link FrameworkError} is made of. */
export interface FrameworkErrorInit<TCode extends string = string, TDetails = unknown> {
  /** Stable machine name, `ERR_<PACKAGE>_<WHAT>` for ours. Public API. */
  readonly code: TCode
  /** HTTP status, 400 to 599. */
  readonly status: number
  /** Short summary of the kind of error, the same for each occurrence (RFC 9457 §3.1.3). */
  readonly title: string
  /** What happened this time; shown to the client when `expose`. Default: `title`. */
  readonly message?: string | undefined
  /** Whether message and details may leave the server. Default: `status < 500`. */
  readonly expose?: boolean | undefined
  /** Typed data for the client; only sent when `expose`. */
  readonly details?: TDetails | undefined
  /** Response headers of the error (`allow`, `retry-after`, `www-authenticate`), lower-case names. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** The cause; logged, never sent. */
  readonly cause?: unknown
}

/**
 * Base of every error that the framework gives a status. Recognised by a brand, not by `instanceof`,
 * so that it works with two copies of a package.
 *
 * @example
 * if (FrameworkError.is(error)) console.log(error.code, error.status)
 */
export class FrameworkError<TCode extends string = string, TDetails = unknown> extends Error {
  readonly code: TCode
  readonly status: number
  readonly title: string
  readonly expose: boolean
  /** Typed data for the client; `undefined` without. */
  readonly details: TDetails
  readonly headers: Readonly<Record<string, string>> | undefined

  constructor(init: FrameworkErrorInit<TCode, TDetails>) {
    super(init.message ?? init.title, init.cause === undefined ? undefined : { cause: init.cause })
    this.name = new.target.name
    this.code = init.code
    this.status = init.status
    this.title = init.title
    this.expose = init.expose ?? init.status < 500
    // A class with required details takes them in its own constructor, so that the type is right.
    this.details = init.details as TDetails
    this.headers = init.headers
  }

  get [kError](): true {
    return true
  }

  /** For logs: never contains more than code, status and message. */
  toJSON(): { code: TCode; status: number; message: string } {
    return { code: this.code, status: this.status, message: this.message }
  }

  /** Whether a thrown value is one of ours, from any copy of the package. Never throws. */
  static is(value: unknown): value is FrameworkError {
    try {
      return typeof value === 'object' && value !== null && (value as { [kError]?: unknown })[kError] === true
    } catch {
      // A revoked proxy, or a trap that throws: not ours.
      return false
    }
  }
}
