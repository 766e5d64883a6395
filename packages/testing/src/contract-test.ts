import { isDoneWithin } from '@keelson/contract/wait'
import type { App } from '@keelson/core'
import { optionProblems, refuseCall, valueProblems } from '@keelson/core/options'
import { appOption, type RoutePlan } from '@keelson/core/spi'
import { loadFastCheck } from './contract-fast-check.ts'
import type { ContractTestOptions } from './contract-options.ts'
import { ContractTestError, type ContractFailure, type ContractReport } from './contract-report.ts'
import { CONTRACT_TEST_OPTIONS } from './option-tables.ts'
import { ContractRun } from './contract-run.ts'

const RUNS_PER_ROUTE = 100
const TIMEOUT_MS = 30_000

/**
 * Sends every route of an app generated requests, valid and invalid ones, over a socket, and checks the responses against
 * what the route declares: its response statuses and schemas, its errors, those that its middleware describes, and the
 * framework's own where they can arise. A failure is reduced to the smallest request that causes it.
 *
 * Needs the package `fast-check`. Starts the app and stops it at the end, so that it cannot be used again.
 *
 * @returns a report, also with the routes that never succeeded
 * @throws {ContractTestError} with every route that breaks its contract
 * @throws {SetupError} when the app cannot start
 * @throws {Error} when fast-check is missing, or `exclude` names an unknown route
 * @example
 * const report = await contractTest(app, { headers: { 'x-api-key': 'writer-key' }, seed: 1 })
 */
export async function contractTest(app: App, options: ContractTestOptions = {}): Promise<ContractReport> {
  checkArguments(app, options)
  const fc = await loadFastCheck()
  const plans = drivenPlans(app, options.exclude ?? [])
  const { runsPerRoute = RUNS_PER_ROUTE, timeoutMs = TIMEOUT_MS, seed = randomSeed() } = options
  const baseUrl = options.baseUrl?.replace(/\/$/, '') ?? (await listen(app))
  const until = performance.now() + timeoutMs
  try {
    const run = new ContractRun({ fc, app, baseUrl, options, seed, runsPerRoute, until })
    const failures: ContractFailure[] = []
    for (const [index, plan] of plans.entries()) {
      const leftMs = Math.max(1, until - performance.now())
      const failure = await run.drive(plan, leftMs / (plans.length - index))
      if (failure !== undefined) failures.push(failure)
    }
    const { requests, withoutSuccess } = run
    const report = { routes: plans.length, requests, seed, withoutSuccess }
    if (failures.length > 0) throw new ContractTestError(failures, report)
    return report
  } finally {
    if (options.baseUrl === undefined) await stopInTime(app, until)
  }
}

const APP = appOption('contractTest', ['listen', 'stop'])

function checkArguments(app: unknown, options: unknown): void {
  const place = { name: 'contractTest', below: contractTest as never }
  const wrong = [
    ...valueProblems(APP, app, { ...place, argument: 'The first argument' }),
    ...optionProblems(CONTRACT_TEST_OPTIONS, options, place),
  ]
  refuseCall(wrong, place)
}

/** All routes but mounted handlers, which declare nothing. */
function drivenPlans(app: App, exclude: readonly string[]): RoutePlan[] {
  const named = app.plans.filter((plan): plan is RoutePlan => plan.flat !== undefined)
  const unknown = exclude.find((name) => !named.some((plan) => plan.name === name))
  if (unknown !== undefined) {
    const names = named.map((plan) => plan.name).join(', ')
    throw new Error(
      `contractTest: exclude names '${unknown}', which is not a route. The routes are: ${names}.`,
    )
  }
  return named.filter(({ name, flat }) => flat.route.method !== '*' && !exclude.includes(name))
}

async function listen(app: App): Promise<string> {
  const { urls } = await app.listen({ port: 0, host: '127.0.0.1', signals: false })
  return urls[0] as string
}

/** Shortest time that the app is given to stop, ms. */
const LEAST_STOP_MS = 500

/** A handler that does not end delays the stop, which goes on by itself when the time of the test is up. */
async function stopInTime(app: App, until: number): Promise<void> {
  const limitMs = Math.max(LEAST_STOP_MS, until - performance.now())
  await isDoneWithin(app['~internal'].stopWithoutGrace(), { limitMs })
}

function randomSeed(): number {
  return Math.trunc(Math.random() * 0x7f_ff_ff_ff)
}
