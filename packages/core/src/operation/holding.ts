// On the request path: services and state of middleware.
import { ServiceUnavailableError } from '../errors/index.ts'
import type { AnyMiddleware, MiddlewareBehaviour } from '../route/index.ts'

/** Services and state of one middleware in one app, from the start to the end of the drain. */
export class Holding {
  readonly middleware: AnyMiddleware
  #held: object | undefined = undefined

  constructor(middleware: AnyMiddleware) {
    this.middleware = middleware
  }

  /** @throws {ServiceUnavailableError} when the app has stopped, since late code would use what is closed */
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

/** Services and state of an app's middleware. Two apps with one route tree share nothing. */
export class Holdings {
  readonly #byMiddleware = new Map<AnyMiddleware, Holding>()

  /** In the order in which plans first used them. */
  get all(): readonly Holding[] {
    return [...this.#byMiddleware.values()]
  }

  /** The holding of a middleware that a plan uses; `undefined` for one that holds nothing. */
  of(middleware: AnyMiddleware): Holding | undefined {
    if (middleware.state === undefined && Object.keys(middleware.inject).length === 0) return undefined
    let holding = this.#byMiddleware.get(middleware)
    if (holding === undefined) this.#byMiddleware.set(middleware, (holding = new Holding(middleware)))
    return holding
  }
}

/** For a middleware without services and state. */
const NOTHING: Pick<Holding, 'held'> = Object.freeze({ held: Object.freeze({}) })

/** Index of the argument of each part that gets services and state. */
const HELD_AT = { run: 1, wrap: 2, principal: 1, tenant: 1, transform: 2, encode: 2, observe: 2 } as const

type Work = (...args: unknown[]) => unknown

/** The parts with services and state bound. At set-up. A part that does not take them is omitted. */
export function bindHeld(parts: AnyMiddleware, holding: Holding | undefined): MiddlewareBehaviour {
  const bound = Object.entries(HELD_AT).flatMap(([name, at]) => {
    const work = parts[name as keyof typeof HELD_AT] as unknown as Work | undefined
    if (work === undefined || (holding === undefined && work.length <= at)) return []
    return [[name, at === 1 ? holdSecond(work, holding ?? NOTHING) : holdThird(work, holding ?? NOTHING)]]
  })
  return Object.fromEntries(bound) as MiddlewareBehaviour
}

function holdSecond(work: Work, holding: Pick<Holding, 'held'>): Work {
  return (ctx) => work(ctx, holding.held)
}

function holdThird(work: Work, holding: Pick<Holding, 'held'>): Work {
  return (ctx, second) => work(ctx, second, holding.held)
}
