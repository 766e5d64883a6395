// On the request path of calls within the process: one object for each call.
import { describeThrown, InternalError, NotImplementedError } from '../../errors/index.ts'
import type { TimerWheel } from '../../frame/index.ts'
import {
  checkStatus,
  discardStream,
  isBinary,
  isBodiless,
  prepare,
  readToEnd,
  unpackResponse,
  UNWRITTEN,
  type Call,
  type InputSource,
  type Payload,
  type PipelineOutcome,
  type Served,
} from '../../operation/index.ts'
import { fillPattern } from '../../path/index.ts'
import { isResponse, type Outcome } from '../../route/index.ts'
import { parseCookies } from '../../schema/index.ts'
import type { PublicOrigin } from '../public-url.ts'
import type { CallTarget } from './call-plans.ts'
import { CallInput, type GivenInput } from './call-input.ts'
import { isHandedOn, toFailure, toReceived, toRecord, toResult, type AnyResult } from './received.ts'
import { ResultStream } from './result-stream.ts'

/** What a call is made of. */
export interface CallParts {
  readonly target: CallTarget
  readonly input: GivenInput
  readonly meta: { readonly [name: string]: string } | undefined
  readonly caller: Readonly<Record<string, unknown>> | undefined
  readonly origin: PublicOrigin
}

/** A call of a route and its result. */
export class InProcessCall implements Call {
  /** Rejects when the caller ended the call itself. */
  readonly result: Promise<AnyResult>
  readonly caller: Readonly<Record<string, unknown>> | undefined
  readonly remoteAddress = ''
  readonly method: string
  readonly scheme: string
  readonly host: string
  readonly origin: string
  readonly hasBody: boolean
  requestId = ''
  readonly #target: CallTarget
  readonly #input: CallInput
  #path: string | undefined = undefined
  #cookies: Record<string, string | string[]> | undefined = undefined
  #data: unknown = undefined
  #stream: ResultStream | undefined = undefined
  #served: Served | undefined = undefined
  #wheel: TimerWheel | undefined = undefined
  #isOver = false
  // How it ended, kept until `begin` is called.
  #ending: readonly [completed: boolean, bytes: number, reason: unknown] | undefined = undefined
  #resolve!: (result: AnyResult) => void
  #reject!: (reason: unknown) => void
  #onOver: (() => void) | undefined = undefined

  constructor({ target, input, meta, caller, origin }: CallParts) {
    this.#target = target
    this.#input = new CallInput(input, meta, target)
    this.caller = caller
    this.method = target.method
    this.scheme = origin.scheme
    this.host = origin.host
    this.origin = origin.origin
    this.hasBody = input.body !== undefined
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** A param: a copy of the caller's value. */
  paramOf(name: string): unknown {
    const { params } = this.#input
    return Object.hasOwn(params, name) ? params[name] : undefined
  }

  get path(): string {
    return (this.#path ??= fillPattern(this.#target.pattern, this.#input.params))
  }

  get url(): string {
    return this.path + this.#input.search()
  }

  meta(name: string): string | undefined {
    return this.#input.meta(name)
  }

  cookie(name: string): string | undefined {
    const value = (this.#cookies ??= parseCookies(this.meta('cookie')))[name]
    return Array.isArray(value) ? value[0] : (value ?? this.#input.cookie(name))
  }

  input(place: InputSource): unknown {
    return this.#input.of(place)
  }

  body(): unknown {
    return this.#input.body()
  }

  readBody(): Promise<Uint8Array> {
    return Promise.reject(noBytes())
  }

  bodyStream(): AsyncIterable<Uint8Array> {
    throw noBytes()
  }

  takesValue(status: number): boolean {
    return !isBodiless(status)
  }

  onDeadlineSet(wheel: TimerWheel): void {
    if (this.#isOver) return
    // Nothing else may keep the process alive until the deadline, and the caller waits.
    this.#wheel = wheel
    wheel.hold()
  }

  /** Sets what is called at the end, which may have come already. */
  begin(served: Served, onOver: () => void): void {
    this.#served = served
    this.#onOver = onOver
    if (this.#ending !== undefined) this.#settle(...this.#ending)
  }

  encode(given: Outcome): Payload {
    const outcome = given as PipelineOutcome
    this.#data = undefined
    if (outcome.described !== undefined) return undefined
    checkStatus(outcome.status)
    prepare(outcome)
    const { '~text': text, '~value': value, headers } = outcome
    if (text !== undefined) {
      this.#data = text === UNWRITTEN ? value : (JSON.parse(text) as unknown)
    } else if (typeof value === 'string') {
      this.#data = toReceived(value, headers, outcome['~wasJson'])
    } else if (typeof value === 'object' && value !== null) return this.#encodeObject(outcome, value)
    return undefined
  }

  #encodeObject(outcome: PipelineOutcome, value: object): Payload {
    if (isBinary(value)) {
      const bytes = ArrayBuffer.isView(value)
        ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
        : new Uint8Array(value)
      this.#data = toReceived(bytes, outcome.headers, outcome['~wasJson'])
      return undefined
    }
    if (value instanceof Blob) return value.stream()
    // Set by a transform; a Response that a handler returns was unpacked before.
    if (isResponse(value)) unpackResponse(outcome, value)
    return outcome['~value'] as Payload
  }

  deliver(given: Outcome, payload: Payload): void {
    const outcome = given as PipelineOutcome
    if (this.#isOver) return discardStream(payload)
    const { described } = outcome
    if (described !== undefined) {
      const headers = toRecord(outcome.headers)
      this.#resolve(toFailure(this.#target, described, { headers, requestId: this.requestId }))
      this.#end(true, 0, undefined)
    } else if (typeof payload === 'object' && !(payload instanceof Uint8Array))
      this.#deliverStream(outcome, payload)
    else {
      this.#resolve(toResult(this.#target, outcome, this.#data))
      this.#end(true, 0, undefined)
    }
  }

  #deliverStream(outcome: PipelineOutcome, payload: Exclude<Payload, string | Uint8Array | undefined>): void {
    if (!this.takesValue(outcome.status)) {
      discardStream(payload)
      this.#resolve(toResult(this.#target, outcome, undefined))
      return this.#end(true, 0, undefined)
    }
    if (isHandedOn(outcome.headers)) {
      this.#stream = new ResultStream(payload, (...ending) => this.#end(...ending))
      return this.#resolve(toResult(this.#target, outcome, this.#stream))
    }
    const stream = new ResultStream(payload, (completed, bytes, reason) => {
      if (!completed) this.#fail(reason)
      this.#end(completed, bytes, reason)
    })
    this.#stream = stream
    readToEnd(stream)
      .then((bytes) =>
        this.#resolve(toResult(this.#target, outcome, toReceived(bytes, outcome.headers, false))),
      )
      .catch((error: unknown) => this.#fail(error))
  }

  endUnread(reason: unknown): void {
    if (this.#stream?.isUnread() === true) this.abort(reason)
  }

  reset(reason: unknown): void {
    if (this.#isOver) return
    const error = reason ?? new InternalError('The answer was reset.')
    this.#stream?.fail(error)
    this.#fail(error)
    this.#end(false, this.#stream?.bytes ?? 0, error)
  }

  /** The caller aborts the call. */
  abort(reason: unknown): void {
    if (this.#isOver) return
    this.#stream?.fail(reason)
    this.#reject(reason)
    this.#end(false, this.#stream?.bytes ?? 0, undefined)
  }

  #fail(reason: unknown): void {
    this.#resolve(toFailure(this.#target, describeThrown(reason), { headers: {}, requestId: this.requestId }))
  }

  #end(completed: boolean, bytes: number, reason: unknown): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#wheel?.release()
    if (this.#served === undefined) this.#ending = [completed, bytes, reason]
    else this.#settle(completed, bytes, reason)
  }

  #settle(completed: boolean, bytes: number, reason: unknown): void {
    this.#onOver?.()
    this.#served?.settle(completed, bytes, reason)
  }
}

function noBytes(): NotImplementedError {
  return new NotImplementedError('A call within the process has a value as body, not bytes.')
}
