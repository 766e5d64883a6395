import { SetupError, type Injected, type SetupProblem } from '@keelson/core'
import {
  callable,
  isPlain,
  ofKind,
  optionTable,
  required,
  SERVICES_OPTION,
  valueProblems,
  withMethods,
} from '@keelson/core/options'
import type { AccessHolder } from '../access-holder/index.ts'
import type { SchemeServices } from '../schemes/index.ts'

/** What holds access of users, by name. */
export type AccessHolders = Readonly<Record<string, AccessHolder>>

/** Options of {@link EndAccess.bind}. */
export interface BindEndAccessOptions<TServices extends Injected = {}> {
  /** Services that `others` needs, by name. */
  readonly inject?: TServices | undefined
  /** Gives what holds access besides, by name: not `sessions`, `apiKeys` and `tokens`. */
  readonly others: (services: SchemeServices<TServices>) => AccessHolders
}

export const BIND_OPTIONS = optionTable<BindEndAccessOptions>({
  inject: SERVICES_OPTION,
  others: required(
    callable('Gives what holds access besides, by name.', '(services) => ({ devices: services.devices })'),
  ),
})

const OWN = ['sessions', 'apiKeys', 'tokens']
const HOLDERS = ofKind(
  {
    what: 'an object of what has revokeAll, by name',
    test: (value) => typeof value === 'object' && value !== null && isPlain(value),
  },
  'What holds access.',
)
const HOLDER = ofKind(withMethods('an object with revokeAll', ['revokeAll']), 'What holds access.')

/**
 * What a function of the app gave as `others`.
 *
 * @throws {SetupError} `ERR_CORE_OPTION` for what cannot end access, and for a name that would take the place of ours
 */
export function givenHolders(others: AccessHolders): AccessHolders {
  const problems: SetupProblem[] = [
    ...valueProblems(HOLDERS, others, { name: 'EndAccess', argument: 'others()' }),
  ]
  if (problems.length > 0) throw new SetupError(problems)
  for (const [name, holder] of Object.entries(others)) {
    problems.push(...valueProblems(HOLDER, holder, { name: 'EndAccess', argument: `others().${name}` }))
    if (OWN.includes(name))
      problems.push({
        code: 'ERR_CORE_OPTION',
        place: 'EndAccess',
        message: `others() has '${name}', which is a name of its own.`,
        remedy: 'Give it another name.',
      })
  }
  if (problems.length > 0) throw new SetupError(problems)
  return others
}
