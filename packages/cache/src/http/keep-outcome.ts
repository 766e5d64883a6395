// What the cache makes of the run of a handler.
import { FrameworkError, type FrameworkErrorInit, type Next, type Outcome } from '@keelson/core'
import type { CacheWriteOptions } from '../contract/index.ts'
import { bodyOf } from './answer-body.ts'
import { KeptAnswer, PASSED } from './kept-answer.ts'
import { keptHeaders } from './kept-headers.ts'
import { isOfOneRequest, whyNotKept, type Keeping } from './why-not-kept.ts'

/** How the answers of a route are kept. */
export interface AnswerRules extends Keeping {
  readonly ttlMs: number
  readonly vary: readonly string[]
  readonly headers: ReadonlySet<string> | undefined
  readonly errors: ReadonlySet<number>
  readonly errorTtlMs: number
  /** Called with why an answer is not kept. */
  readonly onNotKept: (why: string) => void
}

/** An answer, and how it is stored. */
export interface MadeAnswer {
  readonly answer: KeptAnswer
  readonly stored: CacheWriteOptions & { readonly isStored?: boolean | undefined }
  /** What is for its own request alone: an outcome, or what was thrown. */
  readonly own?: (() => Outcome) | undefined
}

/** How long requests of a key pass the cache by, whose answer was not to be kept, ms. */
const PASS_MS = 10_000

const KEPT = {}
const NOT_STORED = { isStored: false, graceMs: 0 }

/** The answer of a handler failed in a way that is its server's: one that is not fresh any more may be given instead. */
export class FailedAnswer extends Error {
  readonly answer: KeptAnswer

  constructor(answer: KeptAnswer) {
    super(`The handler answered with status ${answer.head.status}.`)
    this.answer = answer
  }
}

/**
 * Runs the handler, and makes what is kept of its outcome.
 *
 * @throws {FailedAnswer} for a status of 500 and more; what the handler throws, where it is not an error of the caller
 */
export async function makeAnswer(run: () => ReturnType<Next>, rules: AnswerRules): Promise<MadeAnswer> {
  let outcome: Outcome
  try {
    outcome = await run()
  } catch (error) {
    return ofThrown(error, rules)
  }
  return ofOutcome(outcome, rules)
}

function ofOutcome(outcome: Outcome, rules: AnswerRules): MadeAnswer {
  // What a client can bring about by its headers does not keep others from the cache.
  if (isOfOneRequest(outcome)) return { answer: PASSED, stored: NOT_STORED, own: () => outcome }
  const why = whyNotKept(outcome, rules)
  const body = why === undefined ? bodyOf(outcome) : undefined
  if (body === undefined) {
    rules.onNotKept(why ?? 'it is a stream, or what only the server can write')
    return { answer: PASSED, stored: passedFor(rules), own: () => outcome }
  }
  const { status } = outcome
  const { mediaType, bytes } = body
  if (mediaType !== undefined && !outcome.headers.has('content-type'))
    outcome.headers.set('content-type', mediaType)
  outcome.headers.vary(...rules.vary)
  const answer = new KeptAnswer({ status, headers: keptHeaders(outcome.headers, rules.headers) }, bytes)
  if (status >= 500) throw new FailedAnswer(answer)
  return { answer, stored: status < 400 ? KEPT : storedError(status, rules) }
}

/** An error of the caller is an answer: it is not made good by what was answered before. */
function ofThrown(error: unknown, rules: AnswerRules): MadeAnswer {
  if (!FrameworkError.is(error)) throw error
  const { code, status, title, message, expose, details, headers } = error
  const names = Object.keys(headers ?? {}).map((name) => name.toLowerCase())
  const own = (): never => {
    throw error
  }
  if (names.includes('set-cookie')) return { answer: PASSED, stored: NOT_STORED, own }
  if (status >= 500) throw error
  const init: FrameworkErrorInit = { code, status, title, message, expose, details, headers }
  const isOfCaller = names.includes('www-authenticate')
  const answer = new KeptAnswer({ status, headers: [], error: init }, undefined, error)
  return { answer, stored: isOfCaller ? NOT_STORED : storedError(status, rules) }
}

function storedError(status: number, { errors, errorTtlMs }: AnswerRules): MadeAnswer['stored'] {
  return errors.has(status) ? { ttlMs: errorTtlMs, graceMs: 0 } : NOT_STORED
}

function passedFor({ ttlMs }: AnswerRules): MadeAnswer['stored'] {
  return { ttlMs: Math.min(ttlMs, PASS_MS), graceMs: 0 }
}
