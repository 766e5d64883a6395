// Who is measured, and which of the apps each has.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { benchDir, distDir } from './paths.ts'

/** The apps: W1; W2, W5, W6 and W7; W3 and W4; W11. */
export type AppName = 'hello' | 'orders' | 'items' | 'conduit'

export interface Peer {
  readonly id: string
  readonly title: string
  /** Folder below `servers/`. */
  readonly folder: string
  /** Package whose version is shown. */
  readonly package?: string
  readonly apps: readonly AppName[]
  readonly env?: Readonly<Record<string, string>>
  /** Left out on Nodes below this major. */
  readonly minNode?: number
  /** Why an app is missing. */
  readonly remark?: string
}

const ALL = ['hello', 'orders', 'items'] as const

/** The yardstick: every ratio is to this one. */
export const RAW = 'raw'
export const KEELSON = 'keelson'
/** `examples/realworld` as it is. */
export const KEELSON_WHOLE = 'keelson-whole'

const PEERS: readonly Peer[] = [
  { id: RAW, title: 'node:http by hand', folder: 'raw', apps: ALL },
  { id: KEELSON, title: 'Keelson', folder: 'keelson', package: '@keelson/core', apps: ALL },
  {
    id: 'keelson-three',
    title: 'Keelson, three operations, no cache',
    folder: 'keelson-three',
    package: '@keelson/core',
    apps: ['conduit'],
  },
  {
    id: KEELSON_WHOLE,
    title: 'Keelson, the whole example, articles cached',
    folder: 'keelson',
    package: '@keelson/core',
    apps: ['conduit'],
  },
  { id: 'cheapest', title: 'cheapest node:http answer', folder: 'cheapest', apps: ['hello'] },
  { id: 'fastify', title: 'Fastify', folder: 'fastify', package: 'fastify', apps: [...ALL, 'conduit'] },
  {
    id: 'fastify-token-cache',
    title: 'Fastify with its token cache',
    folder: 'fastify',
    package: 'fastify',
    apps: ['items', 'conduit'],
    env: { TOKEN_CACHE: '1' },
  },
  { id: 'nest', title: 'NestJS on Fastify', folder: 'nest', package: '@nestjs/core', apps: ALL },
  { id: 'express', title: 'Express', folder: 'express', package: 'express', apps: ALL },
  { id: 'hono', title: 'Hono on node-server', folder: 'hono', package: 'hono', apps: ALL },
  { id: 'h3', title: 'h3', folder: 'h3', package: 'h3', apps: ALL },
  {
    id: 'adonis',
    title: 'AdonisJS',
    folder: 'adonis',
    package: '@adonisjs/core',
    apps: ['hello', 'orders'],
    minNode: 24,
    remark:
      'AdonisJS has no signed tokens of its own: its access tokens are rows of a table, so W3 and W4 would be another job',
  },
]

/** The peers that were asked for and have the app; raw first. */
export function peersFor(app: AppName, wanted: readonly string[]): readonly Peer[] {
  return PEERS.filter((peer) => peer.apps.includes(app)).filter(
    ({ id }) => wanted.length === 0 || wanted.includes(id) || id === RAW,
  )
}

/** @throws {Error} that names what is there */
export function checkPeerNames(wanted: readonly string[]): void {
  const unknown = wanted.filter((id) => !PEERS.some((peer) => peer.id === id))
  if (unknown.length === 0) return
  throw new Error(`No peer ${unknown.join(', ')}. There are: ${PEERS.map((peer) => peer.id).join(', ')}.`)
}

/** Peers that lack an app, with the reason. */
export function remarksFor(app: AppName): readonly string[] {
  if (app === 'conduit') return []
  return PEERS.filter((peer) => !peer.apps.includes(app)).flatMap(({ remark }) => remark ?? [])
}

/** Compiled server of a peer. */
export function serverFile(peer: Peer, app: AppName): string {
  return join(distDir, 'servers', peer.folder, `${app}.js`)
}

/** `Fastify 5.12.8`. */
export function nameWithVersion(peer: Peer): string {
  if (peer.package === undefined) return peer.title
  return `${peer.title} ${installedVersion(peer.package)}`
}

/** Version of an installed package. */
export function installedVersion(name: string): string {
  const file = join(benchDir, 'node_modules', name, 'package.json')
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
