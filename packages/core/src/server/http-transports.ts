import type { ApplicationOptions, ContentCoding, Transports } from '../app/index.ts'
import type { RouteTree } from '../route/index.ts'
import type { SetupProblem } from '../errors/index.ts'
import { serverProblems } from './check-server.ts'
import { createFetchHandler } from './web/fetch.ts'
import { createHttpServer, type HttpServerOptions } from './http1/http-server.ts'
import { HTTP } from './message/http-kind.ts'

/** Options of an app, with those of its HTTP server. */
export interface AppOptions<TRoutes extends RouteTree = RouteTree> extends ApplicationOptions<TRoutes> {
  /** Limits, trusted proxies, TLS. */
  readonly server?: HttpServerOptions | undefined
  /** Codings for request bodies with a `content-encoding`. Default: none, such bodies are answered 415. */
  readonly contentCodings?: readonly ContentCoding[] | undefined
}

/**
 * Makes the transports of an app over HTTP: a socket and the Fetch API.
 *
 * @param place - where the options were written
 */
export function httpTransports(
  { server, errorFormat, contentCodings = [] }: AppOptions,
  place: () => string,
): Transports {
  const codings = [...contentCodings]
  return {
    kind: HTTP,
    canBeSecure: server?.tls !== undefined || trustsProxies(server?.trustProxy),
    takeCodings: (more) => void codings.push(...more),
    problems: () => [
      ...(server === undefined ? [] : serverProblems(server, { name: place(), path: 'server' })),
      ...repeatedCodings(codings, place),
    ],
    createServer: (dispatcher, log) =>
      createHttpServer(dispatcher, {
        ...server,
        codings,
        errorFormat: server?.errorFormat ?? errorFormat,
        log: server?.log ?? log,
      }),
    createFetch: (dispatcher) => createFetchHandler(dispatcher, { ...server, codings }),
  }
}

/** Whether a value of the option believes anybody; what it cannot be is told elsewhere. */
function trustsProxies(trust: HttpServerOptions['trustProxy']): boolean {
  return !(
    trust === undefined ||
    trust === false ||
    trust === 0 ||
    (Array.isArray(trust) && trust.length === 0)
  )
}

function repeatedCodings(codings: readonly ContentCoding[], place: () => string): SetupProblem[] {
  const names = codings.map((one) => one.name)
  return names
    .filter((name, at) => names.indexOf(name) < at)
    .map((name) => ({
      code: 'ERR_CORE_OPTION',
      place: place(),
      message: `Two of its contentCodings decode '${name}'.`,
      remedy: 'Remove one of them. Those of plugins count as well.',
    }))
}
