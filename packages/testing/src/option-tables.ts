import type { RouteTree } from '@keelson/core'
import {
  anything,
  callable,
  either,
  integer,
  listOf,
  milliseconds,
  oneOf,
  optionTable,
  recordOf,
  text,
  type OptionEntries,
} from '@keelson/core/options'
import { APP_OPTIONS } from '@keelson/core/spi'
import type { ContractInput, ContractTestOptions } from './contract-options.ts'
import type { TestAppOptions } from './test-app.ts'

type Options = TestAppOptions<RouteTree>

/** Options of `testApp`. */
export const TEST_APP_OPTIONS = optionTable<Options>({
  ...(APP_OPTIONS.properties as unknown as OptionEntries<Options>),
  transport: oneOf(['memory', 'socket'], 'How requests reach the app.', { default: 'memory' }),
  now: { type: 'number', description: "Time at which the app's clock starts, Unix ms." },
})

/** Options of `contractTest`. */
export const CONTRACT_TEST_OPTIONS = optionTable<ContractTestOptions>({
  seed: integer('What the requests are made from.', { minimum: Number.MIN_SAFE_INTEGER }),
  runsPerRoute: integer('Requests to each route.', { minimum: 1, default: 100 }),
  timeoutMs: milliseconds('Time for all routes together.', { default: 30_000 }),
  headers: either(recordOf(text('Sent with nine requests of ten.')), callable('Gives them for a route.')),
  exclude: listOf(text('Names of routes that are not tested.')),
  arrange: callable('Gives input that the test cannot generate.'),
  baseUrl: text('Root of the URLs of an app that already listens.', { pattern: '^https?://' }),
})

/** What `arrange` of a contract test returns. */
export const ARRANGED_INPUT = optionTable<ContractInput>({
  params: recordOf(anything('Params of the path.')),
  query: recordOf(anything('The query.')),
  headers: recordOf(anything('Request headers.')),
  cookies: recordOf(anything('Request cookies.')),
  body: anything('The body.'),
})
