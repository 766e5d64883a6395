import { disposerOf, type Injectable, type Root } from '../di/index.ts'
import { ignore, sentenceOf, isPromise, isTimeout, StartError, waitFor } from '../errors/index.ts'
import type { InjectionSource, Slot, Slots } from '../operation/index.ts'
import type { HeldUp } from './lifecycle.ts'
import type { StartBounds } from './plugin-phases.ts'
import type { StartWork } from './start-work.ts'

interface Made {
  readonly place: string
  readonly state: unknown
}

/** What the middleware of an app holds: services, and the states that it makes. */
export class MiddlewareStates {
  readonly #slots: Slots
  readonly #work: StartWork
  readonly #made: Made[] = []
  #isClosed = false

  constructor(slots: Slots, work: StartWork) {
    this.#slots = slots
    this.#work = work
  }

  /** What is injected, for the check of the graph. */
  get roots(): Root[] {
    return this.#slots.all.flatMap((slot) =>
      Object.entries(slot.middleware.inject).map(([name, target]) => ({
        target: target as Injectable,
        place: `${placeOf(slot)}, ${name}`,
        scope: 'singleton' as const,
      })),
    )
  }

  /**
   * Gives every middleware what it holds. Services are there.
   *
   * @throws {StartError} `ERR_CORE_MIDDLEWARE_START` for a state that cannot be made in time
   */
  async make(injection: InjectionSource, bounds: StartBounds): Promise<void> {
    for (const slot of this.#slots.all) {
      const { inject, state } = slot.middleware
      const services = Object.fromEntries(
        Object.entries(inject).map(([name, target]) => [name, injection.resolve(target)]),
      )
      if (state === undefined) slot.fill(services)
      else slot.fill({ ...services, state: await this.#make(slot, services, bounds) })
    }
  }

  async #make(slot: Slot, services: object, bounds: StartBounds): Promise<unknown> {
    const place = placeOf(slot)
    const make = slot.middleware.state as (services: object) => unknown
    try {
      bounds.signal.throwIfAborted()
      const given = make(services)
      const state = isPromise(given) ? given.then((one) => this.#keep(place, one)) : this.#keep(place, given)
      return await this.#work.run({ what: place, title: 'Making its state' }, state, bounds)
    } catch (error) {
      throw new StartError([startProblem(place, error, bounds)], error)
    }
  }

  /** Notes a state for the end of the app; one that comes after that is closed, since nobody else will. */
  #keep(place: string, state: unknown): unknown {
    if (this.#isClosed) closeLate(state)
    else this.#made.push({ place, state })
    return state
  }

  /** Closes the states, the last one made first. One that fails or hangs does not keep the others from closing. */
  async close(signal: AbortSignal): Promise<HeldUp[]> {
    this.#isClosed = true
    const heldUp: HeldUp[] = []
    for (const slot of this.#slots.all) slot.empty()
    const closed = new Set<unknown>()
    for (const { place, state } of this.#made.splice(0).toReversed()) {
      const dispose = closed.has(state) ? undefined : disposerOf(state)
      closed.add(state)
      const startedAt = performance.now()
      try {
        await waitFor(dispose?.(), { signal })
      } catch (error) {
        heldUp.push({ what: place, ageMs: Math.round(performance.now() - startedAt), error })
      }
    }
    return heldUp
  }
}

function closeLate(state: unknown): void {
  Promise.resolve(state)
    .then(() => disposerOf(state)?.())
    .catch(ignore)
}

function startProblem(place: string, error: unknown, { signal, limitMs }: StartBounds) {
  const isLate = isTimeout(error)
  const isCancelled = signal.aborted && !isTimeout(signal.reason)
  const message = isCancelled
    ? 'Its start was called off.'
    : isLate
      ? `Its state was not there within ${limitMs} ms.`
      : `Its state could not be made: ${sentenceOf(error)}`
  const remedy = isCancelled
    ? 'The app was told to stop.'
    : isLate
      ? 'Look at what it waits for, or raise phases.startMs.'
      : 'See the cause.'
  return { code: 'ERR_CORE_MIDDLEWARE_START', place, message, remedy }
}

/** How messages call a middleware. */
function placeOf({ middleware: { name, source } }: Slot): string {
  return `middleware ${name}${source === undefined ? '' : ` (${source})`}`
}
