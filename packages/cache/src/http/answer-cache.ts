// On the request path of routes with cached(): the answers of one route in one app.
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Next, Outcome, Reply } from '@keelson/core'
import { currentTransaction } from '@keelson/core/frames'
import type { Namespace } from '../contract/index.ts'
import { flightEnd, joinFlight, OLD } from '../namespace/index.ts'
import type { InputContext } from './answer-key.ts'
import { FailedAnswer, makeAnswer, type AnswerRules } from './keep-outcome.ts'
import { KeptAnswer } from './kept-answer.ts'

/** How the answers of a route are found and made. */
export interface AnswerParts {
  readonly rules: AnswerRules
  /** Tags where each request has its own. */
  readonly tagsOf: ((ctx: InputContext) => readonly string[]) | undefined
  /** Names the work that makes an answer, in logs and reports. */
  readonly label: string
}

/** Answers of a route. */
export class AnswerCache {
  readonly #answers: Namespace<KeptAnswer>
  readonly #parts: AnswerParts

  constructor(answers: Namespace<KeptAnswer>, parts: AnswerParts) {
    this.#answers = answers
    this.#parts = parts
  }

  /** What is kept, at once where the process has it; else a promise of what is made. */
  answer(ctx: InputContext, next: Next, key: string): Reply | Promise<Outcome | Reply> {
    const kept = this.#answers.peek(key) as KeptAnswer | undefined
    if (kept !== undefined) return give(kept, next)
    // A handler may leave the content of HEAD out, and what an open transaction sees is not what others may see.
    if (ctx.method === 'HEAD') return this.#look(next, key)
    if (currentTransaction() !== undefined) return next()
    return this.#made(ctx, next, key)
  }

  async #look(next: Next, key: string): Promise<Outcome | Reply> {
    const kept = (await this.#answers.get(key)) as KeptAnswer | undefined
    return kept === undefined ? next() : give(kept, next)
  }

  async #made(ctx: InputContext, next: Next, key: string): Promise<Outcome | Reply> {
    let answer: KeptAnswer | Outcome
    try {
      answer = await this.#make(ctx, next, key)
    } catch (error) {
      if (error instanceof FailedAnswer && error.answer.reply !== undefined) return error.answer.reply
      throw error
    }
    return answer instanceof KeptAnswer ? give(answer, next) : answer
  }

  /**
   * Joins those who wait for the same answer, or has it made by work that belongs to no request.
   *
   * @returns the outcome itself for who has begun the work, where it is for nobody else: a handler is not run twice for one request
   */
  #make(ctx: InputContext, next: Next, key: string): Promise<KeptAnswer | Outcome> {
    const { tagsOf, label } = this.#parts
    const tags = tagsOf?.(ctx)
    const joined = joinFlight(this.#answers, key)
    if (joined !== undefined)
      return joined.then((answer) => (answer === OLD ? this.#make(ctx, next, key) : (answer as KeptAnswer)))
    const ends = new AbortController()
    // Read here: within the work it is that of the work.
    const { signal } = ctx
    let own: (() => Outcome) | undefined
    return new Promise((resolve, reject) =>
      ctx.detach(
        label,
        () => {
          const inWork = AsyncLocalStorage.snapshot()
          const answered = this.#answers.getOrSet(
            key,
            async (run) => {
              run.signal.addEventListener('abort', () => ends.abort(run.signal.reason), { once: true })
              const made = await makeAnswer(() => inWork(() => next.again()), this.#parts.rules)
              const { answer, stored } = made
              own = made.own
              // What there was is not good any more.
              if (stored.isStored === false && !answer.isPassed && run.stale !== undefined)
                await this.#answers.delete(key)
              run.decide(stored)
              return answer as never
            },
            { signal, tags },
          )
          const flight = flightEnd(this.#answers, key)
          answered
            .then((answer) => (own !== undefined && answer.isPassed ? own() : (answer as KeptAnswer)))
            .then(resolve, reject)
          // The work is there until it is not needed any more, also when its request has left.
          return answered.then(noop, noop).then(() => flight)
        },
        { signal: ends.signal },
      ),
    )
  }
}

function noop(): void {}

function give(answer: KeptAnswer, next: Next): Reply | Promise<Outcome> {
  if (answer.reply !== undefined) return answer.reply
  if (answer.thrown !== undefined) throw answer.thrown
  return next()
}
