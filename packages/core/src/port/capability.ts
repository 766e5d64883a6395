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
  return names
    .filter((name) => port.capabilities[name] !== true)
    .map((name) => ({
      code: 'ERR_CORE_PORT_CAPABILITY',
      place: need.place,
      message: `It needs the capability "${name}", which the given ${nameOf(port)} does not have.`,
      remedy: need.remedy ?? 'Give one that has it.',
    }))
}

function nameOf(port: object): string {
  const name = port.constructor?.name
  return name === undefined || name === '' || name === 'Object' ? 'port' : name
}
