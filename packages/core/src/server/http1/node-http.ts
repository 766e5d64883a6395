import { createRequire } from 'node:module'
import type * as Http from 'node:http'

// An ES import of node:http reads every export of it, and the one named WebSocket loads the whole of fetch: 30 ms of the
// start and 13 MB that a server does not need. `require` loads the module alone, and can be instrumented.
const http = createRequire(import.meta.url)('node:http') as typeof Http

/** The used exports of `node:http`. */
export const { createServer, IncomingMessage, ServerResponse, STATUS_CODES } = http
