import { createRequire } from 'node:module'
import type * as Http from 'node:http'

/** Reason phrases by status. By `require`: an ES import of node:http loads the whole of fetch with it. */
export const { STATUS_CODES } = createRequire(import.meta.url)('node:http') as typeof Http
