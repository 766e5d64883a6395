// The one place that loads reflect-metadata and tsyringe, in this order: tsyringe throws without the former.
// By a name, since an import without one would stay in the declaration, and users have no such package.
import * as polyfill from 'reflect-metadata'
import { container, inject, injectable } from 'tsyringe'

void polyfill

// For decorators.ts, which types them precisely. Their types are written out, so our declarations need none of tsyringe's.
export const tsyringeInjectable: () => (target: never) => void = injectable
export const tsyringeInject: (
  token: never,
) => (target: object, property: string | symbol | undefined, position: number) => void = inject

/** What the container uses of tsyringe's. */
export interface Engine {
  /** `make` is called by `resolve`, each time. */
  register(target: symbol | Function, make: () => unknown): void
  resolve(target: symbol | Function): unknown
}

/**
 * A child container of its own for one app. Every target that is resolved must have been registered on it: tsyringe
 * otherwise asks its global container, which all apps share and which never drops an entry.
 */
export function createEngine(): Engine {
  const child = container.createChildContainer()
  return {
    register: (target, make) => void child.register(target as never, { useFactory: make }),
    resolve: (target) => child.resolve(target as never),
  }
}

const TYPES_KEY = 'design:paramtypes'
const TOKENS_KEY = 'injectionTokens'
const SCOPE_KEY = 'keelson:scope'
const INJECTABLE_KEY = 'keelson:injectable'

/** What decorators stored on a class itself, not on its base. */
export interface ParameterMetadata {
  /** Emitted types in order; `undefined` if the compiler emitted none. */
  readonly types: readonly unknown[] | undefined
  /** What `@inject` named, by position. */
  readonly tokens: { readonly [position: number]: unknown }
}

/** Reads what the compiler, `@inject` and tsyringe's own decorators stored. `undefined` if undecorated. */
export function readParameterMetadata(target: Function): ParameterMetadata | undefined {
  const types = Reflect.getOwnMetadata(TYPES_KEY, target) as readonly unknown[] | undefined
  const tokens = Reflect.getOwnMetadata(TOKENS_KEY, target) as
    | { readonly [position: number]: unknown }
    | undefined
  const isMarked = Reflect.hasOwnMetadata(INJECTABLE_KEY, target)
  if (types === undefined && tokens === undefined && !isMarked) return undefined
  return { types, tokens: tokens ?? {} }
}

/** Notes that a class was decorated, since a compiler that emits nothing leaves no other trace. */
export function markInjectable(target: Function, scope: string | undefined): void {
  Reflect.defineMetadata(INJECTABLE_KEY, true, target)
  if (scope !== undefined) Reflect.defineMetadata(SCOPE_KEY, scope, target)
}

/** Scope given to `injectable({ scope })` of the class or its base. */
export function readDecoratedScope(target: Function): unknown {
  return Reflect.getMetadata(SCOPE_KEY, target)
}
