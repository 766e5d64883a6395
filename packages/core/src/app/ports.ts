import { developmentValueProblems } from '../config/index.ts'
import { bind, bindRequest, type Injectable, type Provider, type Token } from '../di/index.ts'
import { resolveMode, type SetupProblem } from '../errors/index.ts'
import type { Logger } from '../log/index.ts'
import {
  createKeys,
  createMemoryBus,
  createMemoryCacheStore,
  createMemoryStore,
  createRandomKeys,
  repeatedSecrets,
  requireCapabilities,
  systemClock,
  systemRandom,
  type Bus,
  type Clock,
  type KeyValueStore,
} from '../port/index.ts'
import type { ApplicationOptions } from './options.ts'
import { BUS, CACHE_STORE, CLOCK, FRAME, KEY_VALUE_STORE, KEYS, LOGGER, RANDOM } from './tokens.ts'

type PortChoice = Pick<ApplicationOptions, 'mode' | 'ports' | 'secrets'>

/** Providers of what every app has; of engines, those that its options name. */
export function portProviders(options: PortChoice, log: Logger): Provider[] {
  const { clock = systemClock, random = systemRandom, store, cacheStore, bus } = options.ports ?? {}
  return [
    bind(CLOCK, { value: clock }),
    bind(RANDOM, { value: random }),
    bind(LOGGER, { value: log }),
    bindRequest(FRAME),
    ...(store === undefined ? [] : [bind(KEY_VALUE_STORE, { value: store })]),
    ...(cacheStore === undefined ? [] : [bind(CACHE_STORE, { value: cacheStore })]),
    ...(bus === undefined ? [] : [bind(BUS, { value: bus })]),
    ...keyProviders(options, log),
  ]
}

/** Embedded defaults for the engines that neither options nor plugins provide. */
export function embeddedProviders(given: readonly Provider[], { mode }: PortChoice, log: Logger): Provider[] {
  const targets = new Set<unknown>(given.map((one) => one.target))
  const makeStore = (clock: Clock): KeyValueStore => {
    if (resolveMode(mode) === 'production')
      log.warn(
        'What services keep in KEY_VALUE_STORE (sessions, keys, locks, limits) is in the memory of this process, and gone after a restart. Give the app one that outlives it: the plugin redisPorts(url) of @keelson/cache/redis, db.keyValueStore() bound to KEY_VALUE_STORE, or createApp({ ports: { store } }).',
      )
    return createMemoryStore({ clock })
  }
  return [
    bind(KEY_VALUE_STORE, { needs: [CLOCK], make: makeStore }),
    bind(CACHE_STORE, { needs: [CLOCK], make: (clock) => createMemoryCacheStore({ clock }) }),
    bind(BUS, { make: () => createMemoryBus() }),
  ].filter((one) => !targets.has(one.target))
}

/** Whether processes share an engine of an app. Of one that is made at the start nothing is known before: it was chosen. */
export function isSharedPort(
  port: Token<KeyValueStore> | Token<Bus>,
  {
    providers,
    embedded,
  }: { readonly providers: readonly Provider[]; readonly embedded: readonly Injectable[] },
): boolean {
  if (embedded.includes(port)) return false
  const bound = providers.find((one) => one.target === port)?.binding.value
  return bound === undefined || (bound as KeyValueStore | Bus).capabilities.shared
}

/** In production without secrets there is no provider of keys: the check of the graph names the services that need them. */
function keyProviders({ mode, secrets }: PortChoice, log: Logger): Provider[] {
  if (secrets !== undefined) return [bind(KEYS, { make: () => createKeys(secrets) })]
  const resolved = resolveMode(mode)
  if (resolved === 'production') return []
  const make = () => {
    if (resolved === 'development')
      log.warn(
        'There are no secrets, so keys are random: what they sign or seal is invalid after a restart. Give createApp({ secrets: [config.APP_SECRET] }).',
      )
    return createRandomKeys()
  }
  return [bind(KEYS, { make })]
}

/** Finds problems of a service that was made for a port: the capabilities of a bound store are known only once it is made. */
export function madeProblems(target: Injectable, made: () => unknown): SetupProblem[] {
  if (target !== KEY_VALUE_STORE) return []
  const need = { place: 'provider KEY_VALUE_STORE', remedy: BOUND_REMEDY }
  return requireCapabilities(made() as KeyValueStore, ['keeps'], need)
}

const BOUND_REMEDY = 'Bind a store that keeps them; bind one that may evict to CACHE_STORE.'

/** Finds problems of ports and secrets that their own tables do not find. */
export function portProblems({ mode, ports = {}, secrets = [] }: PortChoice): SetupProblem[] {
  const { store } = ports
  const place = 'createApp({ ports: { store } })'
  const remedy = 'Give a store that keeps them; give one that may evict as ports.cacheStore.'
  return [
    ...(store === undefined ? [] : requireCapabilities(store, ['keeps'], { place, remedy })),
    ...repeatedSecrets(secrets, () => 'createApp'),
    ...(resolveMode(mode) === 'production' ? developmentValueProblems() : []),
  ]
}
