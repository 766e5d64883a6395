import {
  anything,
  callable,
  checkOptions,
  optionTable,
  refuseCall,
  required,
  text,
} from '@keelson/core/options'
import type { Cache, CacheKey, Frozen, Namespace, NamespaceOptions } from '../contract/index.ts'
import { createCache } from '../namespace/index.ts'
import { claimName } from './claim-name.ts'

/** Options of {@link memoize}: those of the namespace that it makes, and its name. */
export interface MemoizeOptions<
  T = unknown,
  TArgs extends readonly unknown[] = readonly never[],
> extends NamespaceOptions<T> {
  /** Name of the namespace, which no other function of the cache has. */
  readonly name: string
  /**
   * Where values are kept; for a method also a function of its object: `(prices) => prices.cache`. Default: a cache of its own in this process,
   * which nothing but `kept.clear()` empties; so it takes no `tags`.
   */
  readonly cache?: Cache | ((self: never) => Cache) | undefined
  /**
   * What tells the arguments apart. Default: the list of them, which must be plain data then; one text stands for itself. Of a method it is given
   * the object first: `(self, id) => [self.region, id]`. Without it a second object over the same cache is refused, since it would get what the
   * first one computed.
   */
  readonly key?: ((...args: TArgs) => CacheKey) | undefined
}

/** A function that remembers. */
export interface Memoized<TArgs extends readonly unknown[], T> {
  (...args: TArgs): Promise<Frozen<T>>
  /** What it keeps: `clear()` forgets all. */
  readonly kept: Namespace<T>
}

/** Makes a method of a class remember; what `@memoize({ … })` is. */
export interface MethodMemoizer {
  <TArgs extends readonly unknown[], TResult>(
    method: (...args: TArgs) => Promise<TResult>,
    context: { readonly kind: string; readonly name: string | symbol },
  ): (this: object, ...args: TArgs) => Promise<TResult>
  /** With `experimentalDecorators`. */
  (target: object, name: string | symbol, descriptor: PropertyDescriptor): PropertyDescriptor
}

type AnyFunction = (...args: readonly never[]) => unknown

/**
 * A function that computes each result once, and keeps it as a namespace does: one computation for all who ask, tags, grace. Its arguments are
 * its key.
 *
 * With options alone it is a decorator of asynchronous methods, for those who compile: `@memoize({ name: 'prices', ttlMs: 30_000, cache: (self) => self.cache })`.
 * Results are frozen, whatever the method's type says.
 *
 * @throws {SetupError} `ERR_CORE_OPTION` for an invalid option; `ERR_CACHE_NAMESPACE` for a name that another function of the cache has
 * @example
 * const rate = memoize(async (currency: string) => ({ currency, rate: 1.08 }), { name: 'rates', ttlMs: 60_000 })
 * const euro = await rate('EUR')
 * euro.rate // => 1.08
 */
export function memoize<TArgs extends readonly unknown[], T>(
  fn: (...args: TArgs) => T | Promise<T>,
  options: MemoizeOptions<T, TArgs>,
): Memoized<TArgs, T>
export function memoize<T = unknown>(options: MemoizeOptions<T>): MethodMemoizer
export function memoize(first: AnyFunction | MemoizeOptions, second?: MemoizeOptions): unknown {
  if (typeof first === 'function') {
    check(second)
    return memoized(first, second as MemoizeOptions, undefined)
  }
  check(first)
  return methodMemoizer(first)
}

const OWN_OPTIONS = optionTable<Pick<MemoizeOptions, 'name' | 'cache' | 'key'> & { readonly ttlMs: unknown }>(
  {
    name: required(text('Name of the namespace.', { minLength: 1 })),
    cache: anything('Where values are kept.', { what: 'a cache, or a function that gives one' }),
    key: callable('What tells the arguments apart.'),
    ttlMs: required(anything('How long a result is fresh, ms.', { what: 'a number of ms, or a function' })),
  },
)

const PLACE = { name: 'memoize', below: memoize as never }
const OUT_OF_REACH = {
  message:
    "Its values carry 'tags', and without 'cache' they are kept where no invalidation of the app arrives.",
  remedy:
    "Give the cache that invalidates them, in a service the one that it injects by CACHE; or omit 'tags'.",
}

const ALONE = {
  message:
    "Option memoryTtlMs is about values above a shared store, and without 'cache' there is none: they stay for ttlMs.",
  remedy: 'Give a cache that has one, or omit memoryTtlMs.',
}

/** Those of the namespace are checked when it is made. */
function check(options: unknown): void {
  const { name, cache, key, ttlMs, tags, memoryTtlMs } = (options ?? {}) as Partial<MemoizeOptions>
  const own = typeof options === 'object' && options !== null ? { name, cache, key, ttlMs } : options
  checkOptions(OWN_OPTIONS, own, PLACE)
  const isOutOfReach = tags !== undefined && cache === undefined
  const isAlone = memoryTtlMs !== undefined && cache === undefined
  refuseCall([...(isOutOfReach ? [OUT_OF_REACH] : []), ...(isAlone ? [ALONE] : [])], PLACE)
}

function memoized(
  fn: AnyFunction,
  { name, cache, key, ...settings }: MemoizeOptions,
  self: object | undefined,
): Memoized<readonly unknown[], unknown> {
  const own = typeof cache === 'function' ? cache(self as never) : (cache ?? createCache())
  claimName(own, name, { fn, self: key === undefined ? self : undefined })
  const kept = own.namespace(name, settings as NamespaceOptions & { schema?: undefined; reads?: 'frozen' })
  const keyOf = key as ((...all: readonly unknown[]) => CacheKey) | undefined
  const first = self === undefined ? [] : [self]
  const call = (...args: readonly unknown[]): Promise<unknown> =>
    kept.getOrSet(
      keyOf === undefined ? keyOfArguments(args) : keyOf(...first, ...args),
      () => fn.apply(self as never, args as never) as never,
    )
  return Object.assign(call, { kept }) as Memoized<readonly unknown[], unknown>
}

/** Arguments that were omitted at the end do not count. */
function keyOfArguments(args: readonly unknown[]): CacheKey {
  const given = args.slice(0, args.findLastIndex((one) => one !== undefined) + 1)
  const [only] = given
  return given.length === 1 && typeof only === 'string' ? only : (given as readonly CacheKey[])
}

/** For standard decorators, and for those that TypeScript had before. */
function methodMemoizer(options: MemoizeOptions): unknown {
  return (first: unknown, _name: unknown, descriptor?: PropertyDescriptor): unknown => {
    const method = (descriptor?.value ?? first) as AnyFunction
    const bySelf = new WeakMap<object, Memoized<readonly unknown[], unknown>>()
    const shared = options.cache === undefined ? { ...options, cache: createCache() } : options
    const instead = function (this: object, ...args: readonly unknown[]): Promise<unknown> {
      const call = bySelf.get(this) ?? memoized(method, shared, this)
      bySelf.set(this, call)
      return call(...args)
    }
    return descriptor === undefined ? instead : { ...descriptor, value: instead }
  }
}
