import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { Listening, ListenTarget } from '../../app/index.ts'
import { SetupError, waitFor, type SetupProblem } from '../../errors/index.ts'

/** Defaults of the app for {@link openServer}. */
export interface ListenDefaults {
  readonly scheme: 'http' | 'https'
  /** Address to listen at if no host is given; undefined for all. */
  readonly defaultHost?: string | undefined
}

/**
 * Opens the port or socket.
 *
 * @throws {SetupError} `ERR_CORE_PORT_IN_USE`, `ERR_CORE_PORT_DENIED`, `ERR_CORE_LISTEN`
 * @throws the signal's reason, if it aborts first
 */
export async function openServer(
  server: Server,
  options: ListenTarget,
  { scheme, defaultHost }: ListenDefaults,
): Promise<Listening> {
  const { port = 3000, host, path, signal } = options
  const at = host ?? defaultHost
  if (path === undefined && !(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
    throw notAPort(port)
  }
  signal?.throwIfAborted()
  const listening = once(server, 'listening')
  listenAt(server, { port, host: at, path })
  try {
    await waitFor(listening, { signal })
  } catch (error) {
    if (signal?.aborted === true) server.close()
    signal?.throwIfAborted()
    throw toSetupError(error as Error, { port, host, path })
  }
  return toListening(server.address(), at, scheme)
}

function listenAt(server: Server, { port, host, path }: Place): void {
  if (path !== undefined) server.listen({ path })
  else server.listen({ port, ...(host === undefined ? undefined : { host }) })
}

function toListening(at: string | AddressInfo | null, host: string | undefined, scheme: string): Listening {
  if (at === null || typeof at === 'string') return { port: undefined, address: at ?? '', urls: [] }
  const isAny = at.address === '::' || at.address === '0.0.0.0'
  const hosts = isAny ? ['127.0.0.1', ...outsideAddresses()] : [host ?? at.address]
  const urls = hosts.map((name) => `${scheme}://${name.includes(':') ? `[${name}]` : name}:${at.port}`)
  return { port: at.port, address: at.address, urls }
}

function outsideAddresses(): string[] {
  const found = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  return found.filter(({ family, internal }) => family === 'IPv4' && !internal).map(({ address }) => address)
}

interface Place {
  readonly port: number
  readonly host: string | undefined
  readonly path: string | undefined
}

function toSetupError(error: Error, { port, host, path }: Place): SetupError {
  const { code } = error as NodeJS.ErrnoException
  const where =
    path === undefined ? `port ${port}${host === undefined ? '' : ` of ${host}`}` : `socket ${path}`
  if (code === 'EADDRINUSE') {
    const remedy =
      path === undefined
        ? 'Stop the process that uses it, or listen on another port (0 takes any free port).'
        : 'Stop the process that uses it. If there is none, delete the file that it left.'
    return toError({ code: 'ERR_CORE_PORT_IN_USE', place: where, message: 'It is in use.', remedy })
  }
  if (code === 'EACCES' || code === 'EPERM') {
    const remedy =
      path === undefined
        ? 'Listen on port 1024 or above, or permit the process to use lower ports.'
        : 'Permit the process to write to its folder.'
    return toError({
      code: 'ERR_CORE_PORT_DENIED',
      place: where,
      message: 'The process has no permission to open it.',
      remedy,
    })
  }
  const remedy =
    code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND'
      ? 'Give a host that is an address of this machine.'
      : 'See the cause.'
  const message = `It cannot be opened: ${error.message}.`
  return toError({ code: 'ERR_CORE_LISTEN', place: where, message, remedy }, error)
}

function notAPort(port: unknown): SetupError {
  const problem = {
    code: 'ERR_CORE_LISTEN',
    place: `port ${String(port)}`,
    message: 'It is not a port.',
    remedy: 'Give an integer from 0 to 65535.',
  }
  return toError(problem)
}

function toError(problem: SetupProblem, cause?: unknown): SetupError {
  return new SetupError([problem], cause)
}
