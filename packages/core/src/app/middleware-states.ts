import { disposerOf, type Injectable, type Root } from '../di/index.ts'
import { ignore, isPromise, SetupError, withSource } from '../errors/index.ts'
import type { InjectionSource, Holding, Holdings } from '../operation/index.ts'
import { endWithin, type HeldUp } from './lifecycle.ts'
import { whyUnstarted, type StartBounds, type StartWords } from './plugin-phases.ts'
import type { StartWork } from './start-work.ts'

interface Made {
  readonly place: string
  readonly state: unknown
}

/** Gives the middleware of an app its services, and makes and closes its states. */
export class MiddlewareStates {
  readonly #holdings: Holdings
  readonly #work: StartWork
  readonly #made: Made[] = []
  #isClosed = false

  constructor(holdings: Holdings, work: StartWork) {
    this.#holdings = holdings
    this.#work = work
  }

  /**
   * Gives every middleware its services and its state. Services must be made already.
   *
   * @throws {SetupError} `ERR_CORE_MIDDLEWARE_START` for a state that cannot be made in time
   */
  async make(injection: InjectionSource, bounds: StartBounds): Promise<void> {
    for (const holding of this.#holdings.all) {
      const { inject, state } = holding.middleware
      const services = Object.fromEntries(
        Object.entries(inject).map(([name, target]) => [name, injection.resolve(target)]),
      )
      if (state === undefined) holding.fill(services)
      else holding.fill({ ...services, state: await this.#make(holding, services, bounds) })
    }
  }

  async #make(holding: Holding, services: object, bounds: StartBounds): Promise<unknown> {
    const place = placeOf(holding)
    const make = holding.middleware.state as (services: object) => unknown
    try {
      bounds.signal.throwIfAborted()
      const given = make(services)
      const state = isPromise(given) ? given.then((one) => this.#keep(place, one)) : this.#keep(place, given)
      return await this.#work.run({ what: place, title: 'Making its state' }, state, bounds)
    } catch (error) {
      const words = whyUnstarted(STATE_WORDS, error, bounds)
      throw new SetupError([{ code: 'ERR_CORE_MIDDLEWARE_START', place, ...words }], error)
    }
  }

  /** Keeps a state for the end of the app; one that comes after the end is closed at once. */
  #keep(place: string, state: unknown): unknown {
    if (this.#isClosed) closeLate(state)
    else this.#made.push({ place, state })
    return state
  }

  /** Closes the states, the last one first. One that fails or hangs does not prevent the others from closing. */
  async close(signal: AbortSignal): Promise<HeldUp[]> {
    this.#isClosed = true
    const heldUp: HeldUp[] = []
    for (const holding of this.#holdings.all) holding.empty()
    const closed = new Set<unknown>()
    for (const { place, state } of this.#made.splice(0).toReversed()) {
      const dispose = closed.has(state) ? undefined : disposerOf(state)
      closed.add(state)
      heldUp.push(...(await endWithin(place, () => dispose?.(), signal)))
    }
    return heldUp
  }
}

/** What middleware injects, for the check of the graph. */
export function middlewareRoots(holdings: Holdings): Root[] {
  return holdings.all.flatMap((holding) =>
    Object.entries(holding.middleware.inject).map(([name, target]) => ({
      target: target as Injectable,
      place: `${placeOf(holding)}, ${name}`,
      scope: 'singleton' as const,
    })),
  )
}

function closeLate(state: unknown): void {
  Promise.resolve(state)
    .then(() => disposerOf(state)?.())
    .catch(ignore)
}

const STATE_WORDS: StartWords = {
  calledOff: 'Its start was called off.',
  late: (limitMs) => `Its state was not made within ${limitMs} ms.`,
  failed: 'Its state could not be made',
}

/** The name of a middleware in messages. */
function placeOf({ middleware: { name, source } }: Holding): string {
  return withSource(`middleware ${name}`, source)
}
