import { anything, checkOptions, optionTable } from '../errors/index.ts'
import { markInjectable, tsyringeInject, tsyringeInjectable } from './engine.ts'
import type { Class, ServiceNeed, ServiceScope } from './injectable.ts'

/** Options of {@link injectable}. */
export interface InjectableOptions {
  /** Default: `singleton`. */
  readonly scope?: ServiceScope | undefined
}

/**
 * Declares a class's needs by its constructor's parameter types, for code compiled by tsc or swc with
 * `emitDecoratorMetadata`. esbuild, tsx and Node's type stripping emit no types: use `static inject` there.
 * Interfaces, nullable classes and primitives leave no type either and take `@inject(TOKEN)`.
 *
 * tsyringe's own `injectable` and `inject` are understood too.
 *
 * @example
 * @injectable({ scope: 'request' })
 * class Orders {
 *   readonly #store: OrderStore
 *   readonly #clock: Clock
 *   constructor(store: OrderStore, @inject(CLOCK) clock: Clock) {
 *     this.#store = store
 *     this.#clock = clock
 *   }
 * }
 */
export function injectable(options: InjectableOptions = {}): <C extends Class>(target: C) => void {
  checkOptions(INJECTABLE_OPTIONS, options, { name: '@injectable', below: injectable })
  return (target) => {
    markInjectable(target, options.scope)
    tsyringeInjectable()(target as never)
  }
}

const INJECTABLE_OPTIONS = optionTable<InjectableOptions>({
  scope: anything('How long an instance lives; default singleton.'),
})

/**
 * Names what a constructor parameter gets, where its type does not.
 *
 * @param need - a token or class, or `lazy(() => X)` or `optional(TOKEN)`
 */
export function inject(
  need: ServiceNeed,
): (target: object, property: string | symbol | undefined, position: number) => void {
  return tsyringeInject(need as never)
}
