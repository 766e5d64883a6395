import type { Token } from './token.ts'
import type { TypeMessage } from '../errors/index.ts'

/** A class as a value. `abstract` so that an abstract class can stand for what implements it. */
export type Class<T = unknown> = abstract new (...args: never[]) => T

/** What can be injected: a token, or a class. */
export type Injectable<T = unknown> = Token<T> | Class<T>

/** How long an instance lives: as long as the app, one request, or one use. */
export type ServiceScope = 'singleton' | 'request' | 'transient'

/** A need that is looked up when it is called; made by {@link lazy}. */
export interface Lazy<T> {
  readonly '~need': 'lazy'
  readonly target: () => Injectable<T>
}

/** A need that may stay unmet; made by {@link optional}. */
export interface Optional<T> {
  readonly '~need': 'optional'
  readonly target: Injectable<T>
}

/** An entry of `static inject` and of `needs`. */
export type ServiceNeed<T = unknown> = Injectable<T> | Lazy<T> | Optional<T>

/** What a need becomes: the instance, a function that returns it, or possibly `undefined`. */
export type Resolved<TNeed> =
  TNeed extends Token<infer T>
    ? T
    : TNeed extends Lazy<infer T>
      ? () => T
      : TNeed extends Optional<infer T>
        ? T | undefined
        : TNeed extends abstract new (...args: never[]) => infer T
          ? T
          : never

/** What a list of needs becomes, in order. */
export type ResolvedAll<TNeeds extends readonly unknown[]> = {
  -readonly [K in keyof TNeeds]: Resolved<TNeeds[K]>
}

/**
 * Asks for a function that returns the service, for two services that need each other: the needed one is constructed
 * when the function is first called. Do not call it in the constructor.
 *
 * Name the type where two classes refer to each other, or their types cannot be inferred.
 *
 * @example
 * class Orders {
 *   static inject = [lazy<Invoices>(() => Invoices)] as const
 *   readonly #invoices: () => Invoices
 *   constructor(invoices: () => Invoices) {
 *     this.#invoices = invoices
 *   }
 * }
 */
export function lazy<T>(target: () => Injectable<T>): Lazy<T> {
  return Object.freeze({ '~need': 'lazy', target })
}

/**
 * Asks for a service that may be missing; then it is `undefined`. Only a token can be optional: a class without
 * a provider is constructed.
 *
 * @example
 * class Orders {
 *   static inject = [optional(METRICS)] as const
 *   readonly #metrics: Metrics | undefined
 *   constructor(metrics: Metrics | undefined) {
 *     this.#metrics = metrics
 *   }
 * }
 */
export function optional<T>(target: Token<T>): Optional<T> {
  return Object.freeze({ '~need': 'optional', target })
}

type ConstructorOf<C> = C extends abstract new (...args: infer P) => unknown ? P : never

/** Position, from 1, of the first entry that the constructor does not take. */
type MisfitAt<
  TGiven extends readonly unknown[],
  TTaken extends readonly unknown[],
  TCount extends unknown[] = [],
> = TGiven extends readonly [infer G, ...infer GRest]
  ? TTaken extends readonly [(infer P)?, ...infer PRest]
    ? [G] extends [P]
      ? MisfitAt<GRest, PRest, [...TCount, unknown]>
      : [...TCount, unknown]['length']
    : never
  : never

type Misfit<TGiven extends readonly unknown[], C> = number extends TGiven['length']
  ? TypeMessage<'Write `as const` behind the list of static inject, or its entries cannot be checked.'>
  : ConstructorOf<C>['length'] extends 0
    ? unknown
    : TGiven extends ConstructorOf<C>
      ? unknown
      : TGiven['length'] extends ConstructorOf<C>['length']
        ? TypeMessage<`Entry ${MisfitAt<TGiven, ConstructorOf<C>> & number} of static inject gives another type than the constructor takes there.`>
        : TypeMessage<`static inject lists ${TGiven['length'] & number}, the constructor takes ${ConstructorOf<C>['length'] & number}.`>

/**
 * `unknown` when a class's `static inject` fits its constructor, else a sentence; to be intersected with the type of a
 * parameter. A token, and a class that declares nothing (it may be decorated), always pass.
 *
 * @example
 * declare function use<I extends Injectable>(target: I & FitsInject<I>): void
 */
export type FitsInject<I> = I extends Class & { readonly inject: infer TNeeds extends readonly unknown[] }
  ? Misfit<ResolvedAll<TNeeds>, I>
  : unknown

/** {@link FitsInject} for a record of injectables: `inject<T extends Record<string, Injectable>>(services: T & AllFitInject<T>)`. */
export type AllFitInject<T> = { readonly [K in keyof T]: FitsInject<T[K]> }
