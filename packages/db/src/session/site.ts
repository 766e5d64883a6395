import { AsyncLocalStorage } from 'node:async_hooks'
import type { Site } from './level.ts'

/** The call site of the public operation around, in development and test alone: a stack costs a tenth of a transaction. */
const sites = new AsyncLocalStorage<Site>()

export function runAtSite<T>(site: Site, work: () => T): T {
  return sites.run(site, work)
}

/** The site around, to be asked later. */
export function siteAround(): Site {
  return sites.getStore()
}

/** Where the program called the operation that runs now; undefined in production. */
export function currentSite(): string | undefined {
  return sites.getStore()?.()
}
