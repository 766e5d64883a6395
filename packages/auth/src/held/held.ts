// Several schemes or rules in one middleware: their services, and what each keeps in an app.

type Services = Readonly<Record<string, unknown>>

/** A scheme or a rule, as what it needs and what it keeps. */
export interface Holder {
  readonly inject?: Services | undefined
  readonly state?: ((services: never) => unknown) | undefined
}

/** Services of all, each under a name of its own. */
export function injectOf(holders: readonly Holder[]): Services {
  const named = holders.flatMap(({ inject = {} }, at) =>
    Object.entries(inject).map(([name, service]) => [`${at}.${name}`, service] as const),
  )
  return Object.fromEntries(named)
}

/** What is made of all of them in an app, where each holds its own. What they keep is closed with it, the last one first. */
export class Held<T> implements AsyncDisposable {
  readonly made: T
  readonly #states: readonly unknown[]

  private constructor(made: T, states: readonly unknown[]) {
    this.made = made
    this.#states = states
  }

  /**
   * @param services - of {@link injectOf}
   * @param make - gets what each of them holds: its services, and `state` where it has one
   */
  static async of<T>(
    holders: readonly Holder[],
    services: Services,
    make: (held: readonly Services[]) => T,
  ): Promise<Held<T>> {
    const states: unknown[] = []
    const held: Services[] = []
    for (const [at, { inject = {}, state: keep }] of holders.entries()) {
      const own = Object.fromEntries(Object.keys(inject).map((name) => [name, services[`${at}.${name}`]]))
      const state: unknown = await keep?.(own as never)
      states.push(state)
      held.push(keep === undefined ? own : { ...own, state })
    }
    return new Held(make(held), states)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const state of this.#states.toReversed()) await close(state)
  }
}

async function close(state: unknown): Promise<void> {
  if (typeof state !== 'object' || state === null) return
  const { [Symbol.asyncDispose]: end, [Symbol.dispose]: endNow } = state as Partial<
    AsyncDisposable & Disposable
  >
  if (end !== undefined) await end.call(state)
  else endNow?.call(state)
}
