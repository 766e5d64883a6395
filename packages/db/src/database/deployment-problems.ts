// What `keelson check --deploy` finds of a database that would lose what it is given.
import type { InspectOptions, SetupProblem } from '@keelson/core'
import { isInMemory, type Adapter } from '../adapter/index.ts'

/** A database as it was declared. */
interface KeptDatabase {
  readonly name: string
  readonly adapter: Adapter
  readonly settings: { readonly createTables: boolean }
}

/** A database in memory, a file of several processes, tables that a start makes and nothing changes. */
export function deploymentProblems(
  { name, adapter, settings }: KeptDatabase,
  { isForDeployment = false, replicas = 1 }: InspectOptions,
): SetupProblem[] {
  if (!isForDeployment) return []
  const place = `database ${name}`
  return [
    ...(isInMemory(adapter) ? [inMemory(place)] : fileProblems(place, adapter, replicas)),
    ...(settings.createTables ? [createsTables(place)] : []),
  ]
}

function inMemory(place: string): SetupProblem {
  return {
    code: 'deploy-database-memory',
    place,
    message: 'It is in memory: what was written is gone with the process.',
    remedy: "Give it a file, sqlite('shop.db'), or a server, postgres(url).",
  }
}

/** Processes on several machines have a file each; on one they wait for each other to write. */
function fileProblems(place: string, adapter: Adapter, replicas: number): SetupProblem[] {
  if (adapter.lanes === 'equal' || replicas === 1) return []
  const message = `It is in a file, and there will be ${replicas} processes: on other machines they do not see it.`
  const remedy = 'Give it a server: postgres(url) or mysql(url).'
  return [{ code: 'deploy-database-file', place, message, remedy }]
}

function createsTables(place: string): SetupProblem {
  return {
    code: 'deploy-create-tables',
    place,
    message:
      'createTables makes tables that are missing, and changes none: the next version may not fit what is there.',
    remedy: 'Give migrations: { folder } instead; keelson db diff writes the first.',
  }
}
