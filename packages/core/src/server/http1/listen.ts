import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { Listening, ListenTarget } from '../../app/index.ts'
import { SetupError, waitFor } from '../../errors/index.ts'

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

interface Words {
  readonly code: string
  readonly message: string
  /** For a port, and for a socket. */
  readonly remedies: readonly [port: string, socket: string]
}

const IN_USE: Words = {
  code: 'ERR_CORE_PORT_IN_USE',
  message: 'It is in use.',
  remedies: [
    'Stop the process that uses it, or listen on another port (0 takes any free port).',
    'Stop the process that uses it. If there is none, delete the file that it left.',
  ],
}
const DENIED: Words = {
  code: 'ERR_CORE_PORT_DENIED',
  message: 'The process has no permission to open it.',
  remedies: [
    'Listen on port 1024 or above, or permit the process to use lower ports.',
    'Permit the process to write to its folder.',
  ],
}
const KNOWN: { readonly [code: string]: Words } = { EADDRINUSE: IN_USE, EACCES: DENIED, EPERM: DENIED }

function toSetupError(error: Error, { port, host, path }: Place): SetupError {
  const { code = '' } = error as NodeJS.ErrnoException
  const place =
    path === undefined ? `port ${port}${host === undefined ? '' : ` of ${host}`}` : `socket ${path}`
  const known = KNOWN[code]
  if (known !== undefined) {
    const { remedies, ...words } = known
    return new SetupError([{ ...words, place, remedy: remedies[path === undefined ? 0 : 1] }])
  }
  const isUnknownHost = code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND'
  const remedy = isUnknownHost ? 'Give a host that is an address of this machine.' : 'See the cause.'
  const message = `It cannot be opened: ${error.message}.`
  return new SetupError([{ code: 'ERR_CORE_LISTEN', place, message, remedy }], error)
}

function notAPort(port: unknown): SetupError {
  const place = `port ${String(port)}`
  const remedy = 'Give an integer from 0 to 65535.'
  return new SetupError([{ code: 'ERR_CORE_LISTEN', place, message: 'It is not a port.', remedy }])
}
