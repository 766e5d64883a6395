// What keeps a command that loses data from a database that it is not for.
import { wasMigratedInProduction, type MigrationPlace } from '../migrate/index.ts'
import { adapterOf, refusal } from './choose-database.ts'
import type { CommandParts } from './contract.ts'

/** A command that loses data. */
export interface DataLoss {
  readonly inProduction: boolean
  /** A sentence without its end. */
  readonly consequence: string
  readonly remedy: string
}

/** @throws {SetupError} in production, where that is not allowed */
export function assertNotProduction({ mode }: CommandParts, about: DataLoss): void {
  if (mode !== 'production' || about.inProduction) return
  throw refusal(
    '--in-production',
    `${about.consequence}, and this is production (NODE_ENV, or createApp({ mode })).`,
    about.remedy,
  )
}

/**
 * For one that is reached from elsewhere: by a tunnel, or with the address of production in the environment of development.
 *
 * @throws {SetupError} for a database whose history says that production migrated it, where that is not allowed
 */
export async function assertNotOfProduction(
  place: MigrationPlace,
  { signal }: CommandParts,
  about: DataLoss,
): Promise<void> {
  if (about.inProduction || !(await wasMigratedInProduction(place, { signal }))) return
  throw refusal(
    '--in-production',
    `${about.consequence}, and the history of ${adapterOf(place).place} says that production has migrated it.`,
    `${about.remedy} A copy of that database says so too.`,
  )
}

/**
 * @param named - host and database, as they were named
 * @throws {SetupError} for a database on another machine that was not named
 */
export function assertLocal(place: MigrationPlace, named: string | undefined, consequence: string): void {
  const { remote, place: at } = adapterOf(place)
  if (remote === named) return
  throw remote === undefined
    ? refusal(
        '--remote',
        `${at} is on this machine.`,
        'Omit it, or set the address of the one that is meant.',
      )
    : refusal(
        '--remote',
        `${consequence}, and ${at} is on another machine.`,
        `Where it is meant, name it: --remote ${remote}.`,
      )
}
