import type { ApplicationOptions, Transports } from '../app/index.ts'
import type { RouteTree } from '../route/index.ts'
import { serverProblems } from './check-server.ts'
import { createFetchHandler } from './web/fetch.ts'
import { createHttpServer, type HttpServerOptions } from './http1/http-server.ts'
import { HTTP } from './message/http-kind.ts'

/** What an app is made of, its HTTP server included. */
export interface AppOptions<TRoutes extends RouteTree = RouteTree> extends ApplicationOptions<TRoutes> {
  /** Limits, trusted proxies, TLS. */
  readonly server?: HttpServerOptions | undefined
}

/**
 * Makes what serves an app over HTTP: by a socket, and by the Fetch API.
 *
 * @param place - where the options were written
 */
export function httpTransports({ server, errorFormat }: AppOptions, place: () => string): Transports {
  return {
    kind: HTTP,
    problems: () => (server === undefined ? [] : serverProblems(server, { name: place(), path: 'server' })),
    createServer: (dispatcher, log) =>
      createHttpServer(dispatcher, {
        ...server,
        errorFormat: server?.errorFormat ?? errorFormat,
        log: server?.log ?? log,
      }),
    createFetch: (dispatcher) => createFetchHandler(dispatcher, server),
  }
}
