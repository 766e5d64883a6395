import { bind, bindRequest, type Injectable, type Provider } from '../di/index.ts'
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
  type KeyValueStore,
} from '../port/index.ts'
import type { ApplicationOptions } from './options.ts'
import { BUS, CACHE_STORE, CLOCK, FRAME, KEY_VALUE_STORE, KEYS, LOGGER, RANDOM } from './tokens.ts'

type PortChoice = Pick<ApplicationOptions, 'mode' | 'ports' | 'secrets'>

/** Who gives what every app has, but for its engines: what its options say. */
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

/** What needs no server, for the engines that neither options nor plugins give. */
export function embeddedProviders(given: readonly Provider[]): Provider[] {
  const targets = new Set<unknown>(given.map((one) => one.target))
  return [
    bind(KEY_VALUE_STORE, { needs: [CLOCK], make: (clock) => createMemoryStore({ clock }) }),
    bind(CACHE_STORE, { needs: [CLOCK], make: (clock) => createMemoryCacheStore({ clock }) }),
    bind(BUS, { make: () => createMemoryBus() }),
  ].filter((one) => !targets.has(one.target))
}

/** Nobody gives keys in production without secrets, so that the check of the graph says who needs them. */
function keyProviders({ mode, secrets }: PortChoice, log: Logger): Provider[] {
  if (secrets !== undefined) return [bind(KEYS, { make: () => createKeys(secrets) })]
  const resolved = resolveMode(mode)
  if (resolved === 'production') return []
  const make = () => {
    if (resolved === 'development')
      log.warn(
        'There are no secrets, so keys are random: what they sign or seal is void after a restart. Give createApp({ secrets: [config.APP_SECRET] }).',
      )
    return createRandomKeys()
  }
  return [bind(KEYS, { make })]
}

/** What is wrong with a service that was made for a port: who binds a store says what it is only by making it. */
export function madeProblems(target: Injectable, made: () => unknown): SetupProblem[] {
  if (target !== KEY_VALUE_STORE) return []
  const need = { place: 'provider KEY_VALUE_STORE', remedy: BOUND_REMEDY }
  return requireCapabilities(made() as KeyValueStore, ['keeps'], need)
}

const BOUND_REMEDY = 'Bind one that keeps them; one that may evict is bound to CACHE_STORE.'

/** What is wrong with ports and secrets besides what each of them says for itself. */
export function portProblems({ ports = {}, secrets = [] }: PortChoice): SetupProblem[] {
  const { store } = ports
  const place = 'createApp({ ports: { store } })'
  const remedy = 'Give one that keeps them; one that may evict is ports.cacheStore.'
  return [
    ...(store === undefined ? [] : requireCapabilities(store, ['keeps'], { place, remedy })),
    ...repeatedSecrets(secrets, () => 'createApp'),
  ]
}
