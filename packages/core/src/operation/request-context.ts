// On the request path: what handlers and middleware see of a request. Nothing is parsed before it is read.
import { NotFoundError } from '../errors/index.ts'
import { currentFrame, type Frame } from '../frame/index.ts'
import type { Logger } from '../log/index.ts'
import type { AppFacts, ResponseHeaders } from '../route/index.ts'
import type { ContextClass, Execution, OperationContext } from './plan.ts'
import { cookieOf } from './prefixed-cookies.ts'

/** Stands for "not read yet", since a schema may give any value. */
const UNREAD = Symbol('unread')

/** The base of every plan's context class; the plan adds what its middleware and injection give. */
class RequestContext implements OperationContext {
  readonly '~execution': Execution
  '~params': unknown
  '~query': unknown = UNREAD
  '~headers': unknown = UNREAD
  '~cookies': unknown = UNREAD
  '~body': unknown = undefined
  '~log': Logger | undefined = undefined
  /** The violation of the params, until the access rule has decided. */
  '~violation': unknown = undefined

  constructor(execution: Execution, params: unknown) {
    this['~execution'] = execution
    this['~params'] = params
  }

  get method(): string {
    return this['~execution'].call.method
  }

  get url(): string {
    return this['~execution'].call.url
  }

  get path(): string {
    return this['~execution'].call.path
  }

  get routeName(): string | undefined {
    return this['~execution'].plan.name
  }

  get app(): AppFacts {
    return this['~execution'].plan.facts.app
  }

  get requestId(): string {
    return this['~execution'].frame.id
  }

  get remoteAddress(): string {
    return this['~execution'].call.remoteAddress
  }

  get scheme(): string {
    return this['~execution'].call.scheme
  }

  get host(): string {
    return this['~execution'].call.host
  }

  get origin(): string {
    return this['~execution'].call.origin
  }

  get allowedMethods(): readonly string[] {
    const { runtime, call } = this['~execution']
    return runtime.allowedMethods(call)
  }

  get frame(): Frame {
    const { frame } = this['~execution']
    const current = currentFrame()
    // Code of this request may run in a frame that was branched from the first one.
    return current !== undefined && current !== frame && current.isOfSameRequest(frame) ? current : frame
  }

  get signal(): AbortSignal {
    return this['~execution'].frame.signal
  }

  get draining(): AbortSignal {
    return this['~execution'].runtime.draining
  }

  get log(): Logger {
    if (this['~log'] !== undefined) return this['~log']
    const { runtime, frame } = this['~execution']
    return (this['~log'] = runtime.bindLog(frame))
  }

  get params(): unknown {
    // A rule that reads invalid params cannot decide: the record that it looks for does not exist. The caller receives that,
    // and not the violation.
    if (this['~violation'] !== undefined) throw new NotFoundError()
    return this['~params']
  }

  get query(): unknown {
    if (this['~query'] === UNREAD) this['~query'] = this['~execution'].call.input('query')
    return this['~query']
  }

  get headers(): unknown {
    if (this['~headers'] === UNREAD) this['~headers'] = this['~execution'].call.input('headers')
    return this['~headers']
  }

  get cookies(): unknown {
    if (this['~cookies'] === UNREAD) this['~cookies'] = this['~execution'].call.input('cookies')
    return this['~cookies']
  }

  get body(): unknown {
    return this['~body']
  }

  // Bound when they are read, so that `({ header })` works; the pipeline itself uses the call.
  get header(): (name: string) => string | undefined {
    const { call } = this['~execution']
    return (name) => call.meta(name)
  }

  get cookie(): (name: string) => string | undefined {
    const { call, plan } = this['~execution']
    return (name) => cookieOf(name, call, plan.facts.app)
  }

  get responseHeaders(): ResponseHeaders {
    return this['~execution'].responseHeaders
  }

  get detach(): OperationContext['detach'] {
    const execution = this['~execution']
    return (label, work, options) => execution.detach(label, work, options)
  }

  get rawBody(): () => Promise<Uint8Array> {
    const execution = this['~execution']
    return () => execution.readBody()
  }

  get bodyStream(): () => AsyncIterable<Uint8Array> {
    const execution = this['~execution']
    return () => execution.bodyStream()
  }
}

/** Names that middleware and injection cannot take: everything that the base context has. */
export const CONTEXT_NAMES: ReadonlySet<string> = new Set(
  Object.getOwnPropertyNames(RequestContext.prototype).concat('constructor', '__proto__', 'toJSON', 'then'),
)

/** What a plan adds to its contexts. */
interface Added {
  /** Names that its middleware adds. */
  readonly adds: readonly string[]
  readonly injects: { readonly [name: string]: unknown }
}

/**
 * Makes a plan's context class: one fixed shape, with a field for each name that middleware adds.
 * Singletons are put on its prototype when the app starts, and then cost a request nothing. Plans that add nothing share one
 * class.
 */
export function createContextClass({ adds, injects }: Added): ContextClass {
  if (adds.length === 0)
    return Object.keys(injects).length === 0 ? RequestContext : class PlanContext extends RequestContext {}
  return class PlanContext extends RequestContext {
    constructor(execution: Execution, params: unknown) {
      super(execution, params)
      const fields = this as unknown as Record<string, unknown>
      for (const name of adds) fields[name] = undefined
    }
  }
}
