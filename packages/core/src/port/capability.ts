import type { SetupProblem } from '../errors/index.ts'

/** A port that says which of its optional abilities it has. */
export interface HasCapabilities<TName extends string = string> {
  readonly capabilities: Readonly<Record<TName, boolean>>
}

/** What needs the capabilities, and what to do when they are missing. */
export interface CapabilityNeed {
  /** What needs them: `rateLimit`, `route orders.create`. */
  readonly place: string
  /** What to do about a missing one. Default: use one that has it. */
  readonly remedy?: string | undefined
}

/**
 * Checks at start that a port can do what its user needs; one problem for each capability that is missing.
 *
 * @returns problems with code `ERR_CORE_PORT_CAPABILITY`, none when it has them all
 * @example
 * problems.push(...requireCapabilities(store, ['increment'], { place: 'rateLimit' }))
 */
export function requireCapabilities<TName extends string>(
  port: HasCapabilities<TName>,
  names: readonly NoInfer<TName>[],
  need: CapabilityNeed,
): SetupProblem[] {
  return (
    names
      // A port written in JavaScript may lack `capabilities`.
      .filter(
        (name) =>
          (port.capabilities as Partial<HasCapabilities['capabilities']> | undefined)?.[name] !== true,
      )
      .map((name) => ({
        code: 'ERR_CORE_PORT_CAPABILITY',
        place: need.place,
        message: `It needs the capability "${name}"${meaningOf(name)}, which the given ${nameOf(port)} does not have.`,
        remedy: need.remedy ?? 'Pass one that has it.',
      }))
  )
}

/** What the capabilities of our own ports mean, for messages. */
const MEANINGS: Readonly<Record<string, string>> = {
  add: 'store a value only when the key is absent, in one step',
  compareAndSet: 'replace only a known value, in one step',
  increment: 'count in one step',
  touch: 'set a new TTL',
  shared: 'other processes see the same data',
  durable: 'data outlive the process',
  keeps: 'every key stays until it expires',
}

function meaningOf(name: string): string {
  return Object.hasOwn(MEANINGS, name) ? ` (${MEANINGS[name]})` : ''
}

function nameOf(port: object): string {
  const name = port.constructor?.name
  return name === undefined || name === '' || name === 'Object' ? 'port' : name
}
