import { anything, callSite, checkOptions, optionTable, required, type OptionTable } from '../errors/index.ts'
import type { Class, FitsInject, Injectable, ServiceNeed, ResolvedAll, ServiceScope } from './injectable.ts'

/** Provides a value that exists already. It is closed with the app only if `dispose` says so. */
export interface ValueBinding<T> {
  readonly value: T
  /** `true`: by its own `Symbol.asyncDispose`, `Symbol.dispose` or `dispose()`; or a function. Default: not closed. */
  readonly dispose?: true | ((value: T) => unknown) | undefined
}

/** Provides an instance of a class, which declares its needs itself. */
export interface ClassBinding<C> {
  readonly class: C
  /** Default: the class's own `static scope` or `injectable({ scope })`, else `singleton`. */
  readonly scope?: ServiceScope | undefined
}

/** Provides what a function makes out of its needs. */
export interface FactoryBinding<T, TNeeds extends readonly ServiceNeed[], TScope extends ServiceScope> {
  /** What `make` gets, in order. Default: nothing. */
  readonly needs?: TNeeds | undefined
  /** Makes it. Only a singleton may be made by a promise: it is awaited when the app starts. */
  readonly make: (...needs: ResolvedAll<TNeeds>) => TScope extends 'singleton' ? T | PromiseLike<T> : T
  /** Default: `singleton`. */
  readonly scope?: TScope | undefined
  /** Closes it; `false`: never. Default: its own `Symbol.asyncDispose`, `Symbol.dispose` or `dispose()`, if any. */
  readonly dispose?: ((value: T) => unknown) | false | undefined
}

/** Provides what another token or class provides: the same instance under a second name. */
export interface AliasBinding<T> {
  readonly alias: Injectable<T>
}

/** How {@link bind} makes the instance of a target: exactly one of `value`, `class`, `make`, `alias`. */
export type Binding<T, C, TNeeds extends readonly ServiceNeed[], TScope extends ServiceScope> =
  | ValueBinding<T>
  | ClassBinding<C>
  | FactoryBinding<T, TNeeds, TScope>
  | AliasBinding<T>

/** A binding as the graph reads it, the same for all kinds. */
export interface AnyBinding {
  readonly value?: unknown
  readonly class?: Class
  readonly needs?: readonly ServiceNeed[] | undefined
  readonly make?: (...needs: never[]) => unknown
  readonly alias?: Injectable
  /** Every request's scope receives the value, as it does the frame; see `bindRequest`. */
  readonly provided?: 'request'
  readonly scope?: ServiceScope | undefined
  readonly dispose?: boolean | ((value: never) => unknown) | undefined
}

/** What a target is bound to. Made by {@link bind}; immutable, may be used for several apps. */
export interface Provider {
  readonly target: Injectable
  readonly binding: AnyBinding
  /** Where `bind` was called, `src/main.ts:12`, for messages. */
  readonly place: () => string | undefined
}

/**
 * Says how a token or class gets its instance. A class that declares its needs itself requires no `bind`.
 *
 * @example
 * interface Database {
 *   close(): Promise<void>
 * }
 * declare function openDatabase(file: string): Database
 * const FILE = token<string>('file')
 * const DATABASE = token<Database>('database')
 * const READER = token<Database>('reader')
 * const providers = [
 *   bind(FILE, { value: 'shop.db' }),
 *   bind(DATABASE, { needs: [FILE], make: (file) => openDatabase(file), dispose: (database) => database.close() }),
 *   bind(READER, { alias: DATABASE }),
 * ]
 */
export function bind<
  T,
  C extends Class<NoInfer<T>>,
  const TNeeds extends readonly ServiceNeed[] = readonly [],
  TScope extends ServiceScope = 'singleton',
>(target: Injectable<T>, how: Binding<NoInfer<T>, C & FitsInject<C>, TNeeds, TScope>): Provider {
  checkOptions(tableOf(how), how, { name: `bind(${nameOf(target)})`, below: bind as never })
  return Object.freeze({ target, binding: Object.freeze({ ...how }) as AnyBinding, place: callSite(bind) })
}

/** Binds a token whose value each request's scope receives by `scope.provide`. */
export function bindRequest(target: Injectable): Provider {
  const binding: AnyBinding = { provided: 'request' }
  return Object.freeze({ target, binding: Object.freeze(binding), place: callSite(bindRequest) })
}

const SCOPE = anything('How long an instance lives; default singleton.')
const KINDS = {
  value: optionTable<Partial<ValueBinding<unknown>>>({
    // May be undefined.
    value: anything('The value.'),
    dispose: anything('How it is closed.', { what: '`true` or a function' }),
  }),
  class: optionTable<ClassBinding<unknown>>({
    class: required(anything('The class.', { what: 'a class' })),
    scope: SCOPE,
  }),
  make: optionTable<FactoryBinding<unknown, readonly ServiceNeed[], ServiceScope>>({
    needs: anything('What make gets, in order.'),
    make: required(anything('Makes it.', { what: 'a function' })),
    scope: SCOPE,
    dispose: anything('How it is closed.', { what: '`false` or a function' }),
  }),
  alias: optionTable<AliasBinding<unknown>>({
    alias: required(anything('The other token or class.', { what: 'a token or class' })),
  }),
}
const ALL_KINDS = Object.fromEntries(
  Object.values(KINDS).flatMap(({ properties }) => Object.entries(properties)),
)

/** The options that go with the one that says how. The graph reports a binding with none, or more than one. */
function tableOf(how: unknown): OptionTable<never> {
  const given = typeof how === 'object' && how !== null ? Object.keys(how) : []
  const kinds = Object.entries(KINDS).filter(([kind]) => given.includes(kind))
  if (kinds.length === 1) return kinds[0]![1] as OptionTable<never>
  const properties = Object.entries(ALL_KINDS).map(([name, one]) => [name, { ...one, isRequired: undefined }])
  return optionTable<never>(Object.fromEntries(properties) as never)
}

function nameOf(target: unknown): string {
  if (typeof target === 'function') return target.name
  return typeof target === 'symbol' ? (target.description ?? 'a token') : '…'
}
