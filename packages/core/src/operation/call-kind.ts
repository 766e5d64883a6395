import type { SetupProblem, ValidationError } from '../errors/index.ts'
import type { AnyMiddleware, BodyAlternative, FlatRoute, JsonSettings } from '../route/index.ts'
import type { InputParser } from '../schema/index.ts'
import type { Call, InputSource } from './call.ts'
import type { PipelineOutcome } from './pipeline-outcome.ts'

/** What the transports of one kind know of a call and an operation does not. Asked at set-up, once for each route. */
export interface CallKind {
  readonly name: string
  /** Whether input comes as values with their types: nothing is coerced, and a body is a value and no bytes. */
  readonly isTyped: boolean
  /** Whether an outcome becomes a message: errors are rendered in the format of their route, `encode` middleware runs. */
  readonly isWritten: boolean
  /** Finds what a route declares and no call of this kind can bring or get. */
  problems(flat: FlatRoute): SetupProblem[]
  /** Makes what reads the input of a route. */
  reader(route: FlatRoute['route'], settings: ReaderSettings): CallReader
  /**
   * Makes what an outcome of a plan gets at last, before middleware sees it: a 401 its challenge.
   *
   * @param chain - the middleware of the plan
   * @param realm - names the protection space
   */
  completion(chain: readonly AnyMiddleware[], realm: string): (outcome: PipelineOutcome) => void
}

/** What a reader is made with. */
export interface ReaderSettings {
  /** Of the app and the routers above. */
  readonly json: JsonSettings
  /** The ways in which the route takes its body; none where its handler reads it, or there is none. */
  readonly bodies: readonly CompiledBody[]
}

/** One way in which a route takes its body, and what holds a value to its schema. */
export interface CompiledBody {
  readonly format: BodyAlternative
  /** `undefined` where the value is taken as it comes. */
  readonly parser: InputParser | undefined
}

/** Reads the input of calls to one route. */
export interface CallReader {
  /** Refuses a call that takes none of the route's answers; `undefined` where it need not be asked. */
  readonly accept: ((call: Call) => void) | undefined
  /** Refuses a body of another kind, and a missing one, where the handler reads it itself. */
  readonly rawBody: ((call: Call) => void) | undefined
  /** Where the body is read for the handler. */
  readonly body: BodyReader | undefined
  /** Says more of a violation than a schema can. */
  explain(error: ValidationError, source: InputSource, call: Call): ValidationError
}

/** A body that becomes a value; in two steps, since between them one waits. */
export interface BodyReader {
  /** Whether there is a body to wait for. Throws for one of another kind. */
  expects(call: Call): boolean
  /**
   * The value, held to its schema, or a promise of it. A missing body has no bytes; whether it may be missing is for the schema
   * to say.
   *
   * @throws {ValidationError} 400, and other errors of what cannot be read
   */
  parse(bytes: Uint8Array, call: Call): unknown
}
