import { createLimit, describeValue, reasonOf, waitFor } from '../errors/index.ts'
import {
  PROBE,
  reply,
  route,
  writtenBy,
  type AccessRule,
  type Route,
  type RouteTree,
} from '../route/index.ts'
import type { Logger } from '../log/index.ts'
import type { HealthOptions } from './options.ts'
import type { Health, Plugin } from './plugin-contract.ts'
import { partsOf } from './plugin-value.ts'

/** A plugin's health as the detail route shows it. */
export interface PluginHealth extends Health {
  readonly name: string
  readonly durationMs: number
}

const DEFAULT_TIMEOUT_MS = 2000

/** Asks all plugins at the same time. A plugin that fails, or takes too long, is down. */
function askHealth(
  source: HealthSource,
  timeoutMs: number = DEFAULT_TIMEOUT_MS,
  note: HealthNote,
): Promise<PluginHealth[]> {
  return Promise.all(
    source.plugins.flatMap((plugin) => {
      const { health } = partsOf(plugin)
      if (health === undefined) return []
      const asked = (signal: AbortSignal) => health.call(partsOf(plugin), source.servicesOf(plugin), signal)
      return [ask({ name: plugin.name, asked }, timeoutMs, note)]
    }),
  )
}

interface Asked {
  readonly name: string
  readonly asked: (signal: AbortSignal) => Promise<Health> | Health
}

/** Receives the health of a plugin, and what it threw, if it did. */
type HealthNote = (plugin: string, health: Health, err: unknown) => void

/** Logs why a plugin is down, and that it is up again. Probes ask every few seconds, so only changes are logged. */
function createHealthNote(log: Logger): HealthNote {
  const down = new Set<string>()
  return (plugin, { status, detail }, err) => {
    const isUp = status === 'up'
    if (isUp !== down.has(plugin)) return
    if (isUp) {
      down.delete(plugin)
      log.info({ plugin }, 'A plugin is up again.')
    } else {
      down.add(plugin)
      log.warn(
        err === undefined ? { plugin, detail } : { plugin, err },
        'A plugin is down: the app is not ready.',
      )
    }
  }
}

async function ask({ name, asked }: Asked, timeoutMs: number, note: HealthNote): Promise<PluginHealth> {
  const startedAt = performance.now()
  const limit = createLimit({ limitMs: timeoutMs })
  const done = (health: Health, err?: unknown): PluginHealth => {
    note(name, health, err)
    return { name, ...health, durationMs: Math.round(performance.now() - startedAt) }
  }
  try {
    return done(toHealth(await waitFor<unknown>(asked(limit.signal), limit)))
  } catch (error) {
    if (error === limit.signal.reason)
      return done({ status: 'down', detail: `no answer within ${timeoutMs} ms` })
    return done({ status: 'down', detail: reasonOf(error) }, error)
  } finally {
    limit.release()
  }
}

/** A value that is not a health counts as down. */
function toHealth(given: unknown): Health {
  const { status } = (given ?? {}) as Partial<Health>
  if (status === 'up' || status === 'down') return given as Health
  return {
    status: 'down',
    detail: `its health is ${describeValue(given)}, not { status: 'up' } or { status: 'down' }`,
  }
}

/** The app as the probes see it. */
export interface HealthSource {
  /** `false` before the start is done, and from the drain on. */
  readonly isReady: boolean
  readonly plugins: readonly Plugin[]
  /** The services that a plugin injects. */
  servicesOf(plugin: Plugin): object
}

/** Whether a route, by its name, is a readiness probe. */
export function isReadinessProbe(name: string | undefined): boolean {
  return name === 'health.ready' || name === 'health.detail'
}

const NO_STORE = { 'cache-control': 'no-store' }

/** Routes of the probes. They answer one word; the detail route has an access rule of its own. */
export function healthRoutes(options: HealthOptions, source: HealthSource, log: Logger): RouteTree {
  const readyPath = options.readyPath ?? '/readyz'
  const probe = { access: 'public', deadlineMs: 0, hidden: true, meta: [PROBE(true)] } as const
  const note = createHealthNote(log)
  const ask = () => askHealth(source, options.timeoutMs, note)
  const live = route.get(options.livePath ?? '/livez', probe, () => reply(200, 'ok', NO_STORE))
  const ready = route.get(readyPath, probe, async () => {
    const isUp = source.isReady && (await ask()).every((one) => one.status === 'up')
    return isUp ? reply(200, 'ready', NO_STORE) : reply(503, 'not ready', NO_STORE)
  })
  const detail = (access: AccessRule) =>
    route.get(`${readyPath}/detail`, { ...probe, access }, async () => {
      const plugins = await ask()
      const isUp = source.isReady && plugins.every((one) => one.status === 'up')
      return reply(isUp ? 200 : 503, { ready: isUp, plugins }, NO_STORE)
    })
  const by = (one: Route): Route => writtenBy('createApp({ health })', one)
  return {
    live: by(live),
    ready: by(ready),
    ...(options.detailAccess === undefined ? {} : { detail: by(detail(options.detailAccess)) }),
  }
}
