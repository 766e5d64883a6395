import { createRequire } from 'node:module'
import type * as Http from 'node:http'

// An ES import of node:http reads every export of it, and the one named WebSocket loads the whole of fetch: 30 ms of the
// start and 13 MB that a server has no use for. `require` gives the module alone, and is seen by what instruments it.
const http = createRequire(import.meta.url)('node:http') as typeof Http

/** `node:http`, at the price of what is used of it. */
export const { createServer, IncomingMessage, ServerResponse, STATUS_CODES } = http
