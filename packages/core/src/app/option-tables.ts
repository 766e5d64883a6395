import type { Provider } from '../di/index.ts'
import {
  anything,
  callable,
  either,
  flag,
  listOf,
  milliseconds,
  integer,
  nested,
  ofKind,
  oneOf,
  optionTable,
  recordOf,
  required,
  SIGNAL,
  text,
  TOKEN,
} from '../errors/index.ts'
import { LOGGER_KIND, LOGGER_OPTIONS } from '../log/index.ts'
import { BUS_KIND, CLOCK_KIND, RANDOM_KIND, SECRETS_OPTION, STORE_KIND } from '../port/index.ts'
import {
  ACCESS_OPTION,
  ERROR_FORMAT_OPTION,
  JSON_OPTIONS,
  LOOKUP_OPTIONS,
  ROUTE_TREE_OPTION,
  USE_OPTION,
} from '../route/index.ts'
import type {
  ApplicationOptions,
  HealthOptions,
  PhaseLimits,
  PortOptions,
  RequestIdOptions,
} from './options.ts'
import { PUBLIC_URL_KIND } from './public-url.ts'
import type { ListenOptions } from './contract.ts'
import type { Plugin } from './plugin-contract.ts'
import { isContentCoding } from './content-coding.ts'
import { isPlugin } from './plugin-value.ts'

const PATH = { pattern: '^/', what: "a path like '/livez'" }

const REQUEST_ID_OPTIONS = optionTable<RequestIdOptions>({
  header: either(
    text('Header of the id.', {
      pattern: TOKEN.source,
      what: "the name of a header, like 'x-request-id',",
      default: 'x-request-id',
    }),
    oneOf([false], 'No header.'),
  ),
  trust: either(
    flag('Whose inbound id is accepted.', { default: false }),
    callable('Decides by the address of the peer.'),
  ),
  generate: callable('Makes the ids of all other requests.'),
})

const HEALTH_OPTIONS = optionTable<HealthOptions>({
  livePath: text('Path of the liveness probe.', { ...PATH, default: '/livez' }),
  readyPath: text('Path of the readiness probe.', { ...PATH, default: '/readyz' }),
  detailAccess: ACCESS_OPTION,
  timeoutMs: milliseconds("Time that each plugin's health gets.", { default: 2_000 }),
})

const PORT_OPTIONS = optionTable<PortOptions>({
  clock: ofKind(CLOCK_KIND, 'Tells the time.'),
  random: ofKind(RANDOM_KIND, 'Gives randomness.'),
  store: ofKind(STORE_KIND, 'Keeps values by key until they expire.'),
  cacheStore: ofKind(STORE_KIND, 'Keeps values by key, and may forget them.'),
  bus: ofKind(BUS_KIND, 'Sends messages to other processes.'),
})

const PHASE_LIMITS = optionTable<PhaseLimits>({
  startMs: milliseconds("All plugins' start together.", { default: 30_000 }),
  stopMs: milliseconds('Drain and stop together.', { default: 10_000 }),
  readinessDelayMs: milliseconds('Time between the readiness probe failing and the drain.', { default: 0 }),
})

const PLUGIN = ofKind(
  {
    what: 'what plugin() made',
    test: isPlugin,
    remedy: (value) =>
      isNamedObject(value)
        ? 'Wrap it: plugin({ name, … }).'
        : typeof value === 'function'
          ? `Call it: ${value.name || 'it'}(…).`
          : undefined,
  },
  'Parts of the app with phases of their own.',
)

/** Whether a value looks like the definition of a plugin. */
function isNamedObject(value: unknown): boolean {
  return typeof value === 'object' && typeof (value as Partial<Plugin> | null)?.name === 'string'
}

/** Option for a provider that `bind` made. */
export const PROVIDER_OPTION = ofKind(
  {
    what: 'what bind() made',
    test: (value) =>
      typeof (value as Provider).place === 'function' && typeof (value as Provider).binding === 'object',
    remedy: (value) =>
      typeof value === 'function'
        ? `Write bind(${value.name || 'X'}, { class: ${value.name || 'X'} }).`
        : undefined,
  },
  'Providers for injection.',
)
/** Option for what `contentCoding` made. */
export const CODING_OPTION = ofKind(
  {
    what: 'a content coding, made by contentCoding',
    test: isContentCoding,
    remedy: () => "Give contentCoding('gzip', { decode }).",
  },
  'Decodes request bodies.',
)

const PROVIDERS_OPTION = listOf(PROVIDER_OPTION)

const LOG_OPTION = either(
  nested(LOGGER_OPTIONS, 'Options of the logger, a logger, or false for none.'),
  ofKind(LOGGER_KIND, 'A logger.'),
  oneOf([false], 'None.'),
)

/** Options of an app, without those of its server. */
export const APPLICATION_OPTIONS = optionTable<ApplicationOptions>({
  name: text('Shown in logs and in the OpenAPI document.', { default: 'app' }),
  routes: required(ROUTE_TREE_OPTION),
  use: USE_OPTION,
  plugins: listOf(PLUGIN),
  providers: PROVIDERS_OPTION,
  overrides: PROVIDERS_OPTION,
  ports: nested(PORT_OPTIONS, 'Engines that replace the in-process defaults.'),
  secrets: SECRETS_OPTION,
  mode: oneOf(
    ['development', 'test', 'production'],
    'How strictly responses are checked against their schemas.',
  ),
  log: LOG_OPTION,
  publicUrl: ofKind(PUBLIC_URL_KIND, 'Origin under which callers reach the app.'),
  errorFormat: ERROR_FORMAT_OPTION,
  requestId: nested(REQUEST_ID_OPTIONS, 'Ids of requests.'),
  trustTrace: flag('Whether an inbound traceparent is continued.', { default: true }),
  health: either(nested(HEALTH_OPTIONS, 'Routes of the probes.'), oneOf([false], 'No probes.')),
  maxBodyBytes: integer('Largest request body, bytes.', { default: 1_048_576 }),
  calls: flag('Whether the plans of app.invoke are built at start.', { default: false }),
  deadlineMs: milliseconds('Time until the answer is complete.', { default: 30_000, isZeroOff: true }),
  json: nested(JSON_OPTIONS, 'How JSON bodies are read.'),
  routing: nested(LOOKUP_OPTIONS, 'How paths are compared.'),
  phases: nested(PHASE_LIMITS, 'Time limits of the phases.'),
  acknowledge: recordOf(text('Why the finding of keelson check is intended.'), 'Intended findings, by rule.'),
})

/** Options of `app.listen`. */
export const LISTEN_OPTIONS = optionTable<ListenOptions>({
  // Checked where it is opened.
  port: anything('0 to 65,535; 0 takes any free port.'),
  host: text('Address or name to listen at.', { minLength: 1 }),
  path: text('Path of a Unix socket, instead of a port.', { minLength: 1 }),
  signal: ofKind(SIGNAL, 'Stops waiting for the address when it aborts.'),
  signals: flag('Whether SIGTERM and SIGINT stop the app.', { default: true }),
})
