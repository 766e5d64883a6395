// On the request path: what the parts of a middleware hold besides the context.
import { ServiceUnavailableError } from '../errors/index.ts'
import type { AnyMiddleware, MiddlewareBehaviour } from '../route/index.ts'

/** Services and state of one middleware of one app: there from the start to the end of the drain. */
export class Slot {
  readonly middleware: AnyMiddleware
  #held: object | undefined = undefined

  constructor(middleware: AnyMiddleware) {
    this.middleware = middleware
  }

  /** @throws {ServiceUnavailableError} when the app has ended: what comes late would use what is closed */
  get held(): object {
    if (this.#held === undefined) throw new ServiceUnavailableError('The app was stopped.')
    return this.#held
  }

  fill(held: object): void {
    this.#held = Object.freeze(held)
  }

  empty(): void {
    this.#held = undefined
  }
}

/** The slots of an app. Two apps of one tree have nothing in common. */
export class Slots {
  readonly #byMiddleware = new Map<AnyMiddleware, Slot>()

  /** In the order in which plans first used them. */
  get all(): readonly Slot[] {
    return [...this.#byMiddleware.values()]
  }

  /** The slot of a middleware that a plan uses; `undefined` for one that holds nothing. */
  of(middleware: AnyMiddleware): Slot | undefined {
    if (middleware.state === undefined && Object.keys(middleware.inject).length === 0) return undefined
    let slot = this.#byMiddleware.get(middleware)
    if (slot === undefined) this.#byMiddleware.set(middleware, (slot = new Slot(middleware)))
    return slot
  }
}

/** For a middleware that holds nothing. */
const NOTHING: Pick<Slot, 'held'> = Object.freeze({ held: Object.freeze({}) })

/** Which argument of a part is what it holds. */
const HELD_AT = { run: 1, wrap: 2, principal: 1, tenant: 1, transform: 2, encode: 2, observe: 2 } as const

type Work = (...args: unknown[]) => unknown

/** The parts, each given what its middleware holds. At set-up: one that takes nothing of it is left as it is. */
export function holding(parts: AnyMiddleware, slot: Slot | undefined): MiddlewareBehaviour {
  const bound = Object.entries(HELD_AT).flatMap(([name, at]) => {
    const work = parts[name as keyof typeof HELD_AT] as unknown as Work | undefined
    if (work === undefined || (slot === undefined && work.length <= at)) return []
    return [[name, at === 1 ? holdSecond(work, slot ?? NOTHING) : holdThird(work, slot ?? NOTHING)]]
  })
  return Object.fromEntries(bound) as MiddlewareBehaviour
}

function holdSecond(work: Work, slot: Pick<Slot, 'held'>): Work {
  return (ctx) => work(ctx, slot.held)
}

function holdThird(work: Work, slot: Pick<Slot, 'held'>): Work {
  return (ctx, second) => work(ctx, second, slot.held)
}
