import type { SetupProblem } from '../errors/index.ts'

/** Something that says which of its optional abilities it has. */
export interface HasCapabilities<TName extends string = string> {
  readonly capabilities: Readonly<Record<TName, boolean>>
}

/** Who needs the capabilities, and what to do when they are missing. */
export interface CapabilityNeed {
  /** Who needs them: `rateLimit`, `route orders.create`. */
  readonly place: string
  /** What to do about a missing one. Default: take a store that has it. */
  readonly remedy?: string | undefined
}

/**
 * Checks at start that a port can do what its user needs; one problem for each capability that is missing.
 *
 * @returns problems with code `ERR_CORE_PORT_CAPABILITY`, none when all is well
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
      // Who writes JavaScript may have forgotten them all.
      .filter(
        (name) =>
          (port.capabilities as Partial<HasCapabilities['capabilities']> | undefined)?.[name] !== true,
      )
      .map((name) => ({
        code: 'ERR_CORE_PORT_CAPABILITY',
        place: need.place,
        message: `It needs the capability "${name}"${meaningOf(name)}, which the given ${nameOf(port)} does not have.`,
        remedy: need.remedy ?? 'Give one that has it.',
      }))
  )
}

/** What the capabilities of our own ports mean, for readers of a message who never met the word. */
const MEANINGS: Readonly<Record<string, string>> = {
  add: 'store only what is absent, in one step',
  compareAndSet: 'store only over a known value, in one step',
  increment: 'count in one step',
  touch: 'give a key new time',
  shared: 'other processes have part in it',
  durable: 'data outlive the process',
  keeps: 'every key stays until its time',
}

function meaningOf(name: string): string {
  return Object.hasOwn(MEANINGS, name) ? ` (${MEANINGS[name]})` : ''
}

function nameOf(port: object): string {
  const name = port.constructor?.name
  return name === undefined || name === '' || name === 'Object' ? 'port' : name
}
