import type { SetupProblem, ValidationError } from '../errors/index.ts'
import type { AnyMiddleware, BodyAlternative, FlatRoute, JsonSettings } from '../route/index.ts'
import type { InputParser } from '../schema/index.ts'
import type { Call, InputSource } from './call.ts'
import type { PipelineOutcome } from './pipeline-outcome.ts'

/** What the transports of one kind know of a call, and an operation does not. Used at set-up, once for each route. */
export interface CallKind {
  readonly name: string
  /** Whether input comes as values with their types: nothing is coerced, and a body is a value instead of bytes. */
  readonly isTyped: boolean
  /** Whether an outcome becomes a message: errors are rendered in the format of their route, `encode` middleware runs. */
  readonly isWritten: boolean
  /** Finds what a route declares and a call of this kind can neither send nor receive. */
  problems(flat: FlatRoute): SetupProblem[]
  /** Makes what reads the input of a route. */
  reader(route: FlatRoute['route'], settings: ReaderSettings): CallReader
  /**
   * Makes the function that completes an outcome of a plan before middleware sees it: a 401 gets its challenge.
   *
   * @param chain - the middleware of the plan
   * @param realm - names the protection space
   */
  completion(chain: readonly AnyMiddleware[], realm: string): (outcome: PipelineOutcome) => void
}

/** Settings of a reader. */
export interface ReaderSettings {
  readonly json: JsonSettings
  /** The formats in which the route takes its body; empty if its handler reads it, or there is none. */
  readonly bodies: readonly CompiledBody[]
}

/** One format of a route's body, and the parser of its schema. */
export interface CompiledBody {
  readonly format: BodyAlternative
  /** `undefined` if the value is taken as it comes. */
  readonly parser: InputParser | undefined
}

/** Reads the input of calls to one route. */
export interface CallReader {
  /** Refuses a call that accepts none of the route's answers; `undefined` if that cannot happen. */
  readonly accept: ((call: Call) => void) | undefined
  /** Refuses a body of another kind and a missing one, for a handler that reads the body itself. */
  readonly rawBody: ((call: Call) => void) | undefined
  /** Reads the body for the handler; `undefined` if the handler does. */
  readonly body: BodyReader | undefined
  /** Adds to a violation what a schema cannot know. */
  explain(error: ValidationError, source: InputSource, call: Call): ValidationError
}

/** Reads a body as a value; in two steps, since the transport waits between them. */
export interface BodyReader {
  /** Whether there is a body to wait for. Throws for one of another kind. */
  expects(call: Call): boolean
  /**
   * The value, checked by its schema, or a promise of it. A missing body has no bytes; the schema decides whether it may be
   * missing.
   *
   * @throws {ValidationError} 400, and other errors of what cannot be read
   */
  parse(bytes: Uint8Array, call: Call): unknown
}
