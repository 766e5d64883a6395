// On the request path when an error with details was thrown: only what its schema declares may be sent.
import { detailsSchemaOf, ResponseValidationError, type ToDetails, type Violation } from '../errors/index.ts'
import {
  compileResponse,
  findPromises,
  isOptional,
  type ResponseGuard,
  type SchemaLike,
} from '../schema/index.ts'
import type { ResponseMode } from './response-mode.ts'

/** Settings of {@link ErrorDetails}. */
export interface ErrorDetailsSetup {
  readonly mode: ResponseMode
  /** Called in development and test with the properties that were removed, as JSON Pointers. */
  readonly onUndeclared: (place: string, pointers: readonly string[]) => void
  /** Called in production for details that are not sent, since they do not match their schema. */
  readonly onUnfit: (code: string, error: unknown) => void
}

/** Checks the details of errors by their schemas. One for an app: routes share errors, and each schema is compiled once. */
export class ErrorDetails {
  readonly #setup: ErrorDetailsSetup
  readonly #guards = new WeakMap<object, ResponseGuard>()

  constructor(setup: ErrorDetailsSetup) {
    this.#setup = setup
  }

  /** Compiles a schema, unless it was before. @throws {SetupError} when it cannot be used */
  guardOf(schema: unknown, code: string): ResponseGuard {
    // Plain JavaScript may declare any value; compiling reports one that is not a schema.
    let guard = this.#guards.get(schema as object)
    if (guard === undefined) {
      const { mode, onUndeclared } = this.#setup
      const where = `error ${code}, details`
      guard = compileResponse(schema as SchemaLike, {
        where,
        onUndeclared: mode === 'check' ? (pointers) => onUndeclared(where, pointers) : undefined,
      })
      this.#guards.set(schema as object, guard)
    }
    return guard
  }

  /**
   * Makes the function that decides which details the answers of a route show.
   *
   * @param declared - schemas of the errors that the route declares, by code; another error is checked by its own
   */
  forRoute(declared: ReadonlyMap<string, unknown>): ToDetails {
    return (error, code, details) => {
      const schema = declared.get(code) ?? detailsSchemaOf(error)
      if (schema !== undefined) return this.#hold(schema, { error, code, details })
      if (this.#setup.mode === 'check') refusePromises({ error, code, details })
      return details
    }
  }

  #hold(schema: unknown, { error, code, details }: Thrown): unknown {
    if (details === undefined && isOptional(schema)) return undefined
    try {
      return this.guardOf(schema, code).check(details)
    } catch (failure) {
      const invalid = toInvalid(failure, { error, code })
      if (this.#setup.mode === 'check') throw invalid
      this.#setup.onUnfit(code, invalid)
      return undefined
    }
  }
}

/** In development and test: refuses promises, which no schema checks here. */
function refusePromises({ error, code, details }: Thrown): void {
  const violations = findPromises(details).map((pointer): Violation => {
    return { in: 'response', pointer, message: 'is a promise: await it', code: 'type' }
  })
  if (violations.length > 0) throw new ResponseValidationError(violations, error, `The details of ${code} do`)
}

interface Thrown {
  readonly error: unknown
  readonly code: string
  readonly details: unknown
}

/** Names the error whose details are invalid; that error is the cause. */
function toInvalid(failure: unknown, { error, code }: Omit<Thrown, 'details'>): ResponseValidationError {
  const subject = `The details of ${code} do`
  if (ResponseValidationError.is(failure))
    return new ResponseValidationError(failure.violations, error, subject)
  const unreadable: Violation = {
    in: 'response',
    pointer: '',
    message: 'cannot be read, or have a schema that cannot be used',
    code: 'schema',
  }
  return new ResponseValidationError([unreadable], failure, subject)
}
