import { createRequire } from 'node:module'

type KyselyModule = typeof import('kysely')

let loaded: KyselyModule | undefined

/** Kysely, loaded when it is used first: its two hundred files would cost every start. The application imports the same copy. */
export function loadKysely(): KyselyModule {
  return (loaded ??= createRequire(import.meta.url)('kysely') as KyselyModule)
}
