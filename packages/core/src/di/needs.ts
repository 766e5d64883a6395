import type { Injectable } from './injectable.ts'

/** One thing that a service needs, as the graph holds it. */
export interface NeedEntry {
  readonly kind: 'direct' | 'lazy' | 'optional'
  readonly target: Injectable
}

/** Whether a value can be injected: a symbol, or a function with a prototype (arrow functions have none). */
export function isInjectable(value: unknown): value is Injectable {
  return typeof value === 'symbol' || isClass(value)
}

/** Whether a value can be called with `new`, as far as that can be seen without calling it. */
export function isClass(value: unknown): value is Function {
  return typeof value === 'function' && typeof value.prototype === 'object' && value.prototype !== null
}

/** Whether a class is part of the language or the runtime, which no container should construct. */
export function isNativeClass(value: Function): boolean {
  return /\{\s*\[native code\]\s*\}$/.test(Function.prototype.toString.call(value))
}

/**
 * Reads an entry of `static inject` or of `needs`.
 *
 * @returns `undefined` if it cannot be injected
 */
export function readNeed(value: unknown): NeedEntry | undefined {
  if (isInjectable(value)) return { kind: 'direct', target: value }
  if (typeof value !== 'object' || value === null) return undefined
  const { '~need': kind, target } = value as { '~need'?: unknown; target?: unknown }
  if (kind === 'optional') return isInjectable(target) ? { kind, target } : undefined
  if (kind !== 'lazy' || typeof target !== 'function') return undefined
  const named = call(target as () => unknown)
  return isInjectable(named) ? { kind, target: named } : undefined
}

/** Whether a value can be an entry of `inject` of a plugin: a class, a token, `lazy(…)` or `optional(…)`. */
export function isNeed(value: unknown): boolean {
  return isInjectable(value) || (typeof value === 'object' && value !== null && '~need' in value)
}

/** A `lazy(() => X)` whose X is never initialised throws a ReferenceError; the graph treats it as undefined. */
function call(target: () => unknown): unknown {
  try {
    return target()
  } catch {
    return undefined
  }
}
