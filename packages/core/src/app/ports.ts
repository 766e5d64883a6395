import { bind, bindRequest, type Provider } from '../di/index.ts'
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
} from '../port/index.ts'
import type { ApplicationOptions } from './options.ts'
import { BUS, CACHE_STORE, CLOCK, FRAME, KEY_VALUE_STORE, KEYS, LOGGER, RANDOM } from './tokens.ts'

type PortChoice = Pick<ApplicationOptions, 'mode' | 'ports' | 'secrets'>

/** Who gives what every app has: what its options say, else what needs no server. */
export function portProviders(options: PortChoice, log: Logger): Provider[] {
  const { ports = {} } = options
  return [
    bind(CLOCK, { value: ports.clock ?? systemClock }),
    bind(RANDOM, { value: ports.random ?? systemRandom }),
    bind(LOGGER, { value: log }),
    bindRequest(FRAME),
    ports.store === undefined
      ? bind(KEY_VALUE_STORE, { needs: [CLOCK], make: (clock) => createMemoryStore({ clock }) })
      : bind(KEY_VALUE_STORE, { value: ports.store }),
    ports.cacheStore === undefined
      ? bind(CACHE_STORE, { needs: [CLOCK], make: (clock) => createMemoryCacheStore({ clock }) })
      : bind(CACHE_STORE, { value: ports.cacheStore }),
    ports.bus === undefined ? bind(BUS, { make: () => createMemoryBus() }) : bind(BUS, { value: ports.bus }),
    ...keyProviders(options, log),
  ]
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
