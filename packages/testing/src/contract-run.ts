import { waitFor } from '@keelson/contract/wait'
import type { App, Plan } from '@keelson/core'
import { checkOptions } from '@keelson/core/options'
import { createLookup, isRecord, type Lookup, type RoutePlan } from '@keelson/core/spi'
import { casesOf, edgeCases } from './contract-case.ts'
import type { FastCheck } from './contract-fast-check.ts'
import type { ContractInput, ContractRoute, ContractTestOptions } from './contract-options.ts'
import { toAnswerLine, toCurl, type ContractFailure } from './contract-report.ts'
import { toContractRequest, type ContractRequest } from './contract-request.ts'
import { ContractRules, type ContractAnswer } from './contract-rules.ts'
import { NoAnswer, sendContractRequest } from './contract-send.ts'
import type { ContractCase } from './contract-shape.ts'
import { smallerCases } from './contract-shrink.ts'
import { ARRANGED_INPUT } from './option-tables.ts'

/** Settings of one test, the same for all routes. */
export interface RunSetup {
  readonly fc: FastCheck
  readonly app: App
  readonly baseUrl: string
  readonly options: ContractTestOptions
  readonly seed: number
  readonly runsPerRoute: number
  /** When the time of the test is up, on the clock of `performance`. */
  readonly until: number
}

/** Tests routes one after another, and counts. */
export class ContractRun {
  requests = 0
  readonly withoutSuccess: string[] = []
  readonly #setup: RunSetup
  readonly #lookup: Lookup<Plan>

  constructor(setup: RunSetup) {
    this.#setup = setup
    this.#lookup = lookupOf(setup.app)
  }

  /** Tests one route; returns its failure with the smallest request found within the time. */
  async drive(plan: RoutePlan, budgetMs: number): Promise<ContractFailure | undefined> {
    const { fc, options, seed, runsPerRoute } = this.#setup
    const attempt = new RouteAttempt(this.#setup, plan, this.#lookup)
    const cases = casesOf(fc, plan, {
      canArrange: options.arrange !== undefined,
      hasHeaders: options.headers !== undefined,
    })
    const until = performance.now() + budgetMs
    const property = fc.asyncProperty(cases, (input) => attempt.run(input))
    const limits = { numRuns: runsPerRoute, interruptAfterTimeLimit: budgetMs }
    const most = Math.trunc(runsPerRoute * EDGE_SHARE)
    const edges = edgeCases(fc, plan, { canArrange: options.arrange !== undefined, seed, most })
    const examples = edges.map((one): [ContractCase] => [one])
    // To reduce a long text, fast-check would try every shorter one with a request each, until the time is up.
    const result = await fc.check(property, { seed, examples, endOnFailure: true, ...limits })
    await attempt.settle()
    await attempt.shrink(Math.min(until, this.#setup.until))
    if (attempt.failure === undefined && !result.failed) await attempt.finish()
    this.requests += attempt.requests
    if (!attempt.hasSucceeded) this.withoutSuccess.push(plan.name)
    if (attempt.failure !== undefined) return attempt.failure
    // Any other failure comes from `arrange` or `headers`, which threw.
    if (result.failed && result.errorInstance instanceof Error) throw result.errorInstance
    return undefined
  }
}

/** Share of the requests in which all values are at an edge; the others are random. */
const EDGE_SHARE = 0.4
/** Most requests that reduce a failure. */
const MAX_ATTEMPTS = 500
/** Number of timeouts, without any other response, after which a route is not tested further. */
const MOST_TIMEOUTS = 3
/** Shortest wait, ms, after which a route without any response has failed, even where the test's time was up. */
const LEAST_WAIT_MS = 250
/** Statuses with which a request is refused before the handler sees it. */
const REFUSED = new Set([400, 401, 403, 406, 413, 414, 415, 431])

/** The requests of one route. */
class RouteAttempt {
  requests = 0
  hasSucceeded = false
  /** Of the last request that failed, which is the smallest. */
  failure: ContractFailure | undefined
  #running: Promise<void> | undefined
  /** Whether it has responded at all, also by a refusal. */
  #hasAnswered = false
  /** Whether its handler has responded, with whatever status. */
  #hasHandled = false
  #timeouts = 0
  /** Of the last request that succeeded. */
  #succeeded: SentRequest | undefined
  /** Of the last request that the deadline ended. */
  #timedOut: FailureSource | undefined
  #status: number | undefined
  /** The case of {@link failure}. */
  #failed: ContractCase | undefined
  readonly #setup: RunSetup
  readonly #plan: RoutePlan
  readonly #lookup: Lookup<Plan>
  readonly #rules: ContractRules

  constructor(setup: RunSetup, plan: RoutePlan, lookup: Lookup<Plan>) {
    this.#setup = setup
    this.#plan = plan
    this.#lookup = lookup
    this.#rules = new ContractRules(plan)
  }

  /** Sends one case. Throws when the route does not declare the response. */
  run(input: ContractCase): Promise<void> {
    return (this.#running = this.#run(input))
  }

  /** Waits for a request that is under way when the time of the route is up. */
  async settle(): Promise<void> {
    try {
      await this.#running
    } catch (error) {
      if (this.failure === undefined) throw error
    }
  }

  async #run(input: ContractCase): Promise<void> {
    const { options, baseUrl, until } = this.#setup
    const route = toContractRoute(this.#plan, baseUrl)
    const arranged = input.isArranged
      ? await inTime('arrange', until, () => options.arrange?.(route))
      : undefined
    if (arranged !== undefined) checkOptions(ARRANGED_INPUT, arranged, { name: 'contractTest, arrange' })
    const written = toContractRequest(this.#plan, arranged === undefined ? input : arrange(input, arranged))
    if (written === undefined || !this.#isOwn(written)) return
    const given = input.isAnonymous ? {} : await inTime('headers', until, () => headersOf(options, route))
    const request = { ...written, headers: { ...written.headers, ...given } }
    const sent = { request, secret: new Set(Object.keys(given)) }
    const { answer, why } = await this.#ask(request)
    const hasSucceeded = isSuccess(this.#plan, request, answer)
    if (hasSucceeded) this.#succeeded = sent
    this.hasSucceeded ||= hasSucceeded
    if (why === undefined) return this.#watchTimeouts(sent, answer)
    if (!this.#isSameFault(answer?.status)) return
    this.#failed = input
    this.#fail({ ...sent, answer, why })
  }

  /** A timeout is a declared response; a route that only times out has failed. */
  #watchTimeouts(sent: SentRequest, answer: ContractAnswer | undefined): void {
    if (answer === undefined) return
    if (!this.#rules.isTimeout(answer)) {
      this.#hasHandled ||= !REFUSED.has(answer.status)
      return
    }
    this.#timeouts += 1
    const why = `every request that it takes ends at its deadline of ${this.#plan.deadlineMs} ms`
    this.#timedOut = { ...sent, answer, why }
    if (this.#timeouts >= MOST_TIMEOUTS && !this.#hasHandled) this.#fail(this.#timedOut)
  }

  /** Finds what shows only after all requests. */
  async finish(): Promise<void> {
    if (this.#timedOut !== undefined && !this.#hasHandled) return this.#note(this.#timedOut)
    const bare = this.#succeeded && this.#rules.withoutCredentials(this.#succeeded.request)
    if (bare === undefined || performance.now() > this.#setup.until) return
    const { answer, why } = await this.#ask(bare)
    if (why !== undefined) this.#note({ request: bare, secret: new Set(), answer, why })
  }

  #note({ request, secret, answer, why }: FailureSource): void {
    const { baseUrl } = this.#setup
    this.failure = {
      route: this.#plan.name,
      request: toCurl({ baseUrl, request, secret }),
      answer: toAnswerLine(answer),
      why,
    }
  }

  #fail(source: FailureSource): never {
    this.#note(source)
    throw new Error(source.why)
  }

  /** Tries smaller cases than the smallest so far, until none of them fails. */
  async shrink(until: number): Promise<void> {
    let attempts = 0
    let isSmaller = this.#failed !== undefined
    while (isSmaller) {
      isSmaller = false
      for (const candidate of smallerCases(this.#failed as ContractCase)) {
        if (++attempts > MAX_ATTEMPTS || performance.now() > until) return
        await this.run(candidate).catch(() => undefined)
        isSmaller = this.#failed === candidate
        if (isSmaller) break
      }
    }
  }

  /** While a failure is reduced, other failures are ignored. */
  #isSameFault(status: number | undefined): boolean {
    if (this.failure !== undefined) return status === this.#status
    this.#status = status
    return true
  }

  async #ask(request: ContractRequest): Promise<{ answer?: ContractAnswer; why: string | undefined }> {
    const { baseUrl, until } = this.#setup
    const rules = this.#rules
    const needsBody = (status: number): boolean => rules.needsBody(status)
    this.requests += 1
    try {
      const answer = await sendContractRequest(baseUrl, request, {
        needsBody,
        leftMs: until - performance.now(),
      })
      this.#hasAnswered = true
      return { answer, why: rules.faultOf(request, answer) }
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error
      const { cutAfterMs } = error
      const isCut = cutAfterMs !== undefined && (this.#hasAnswered || cutAfterMs < LEAST_WAIT_MS)
      return { why: isCut ? undefined : error.message }
    }
  }

  /** Whether the path leads to this route: `/orders/export` is another one than `/orders/:id`. */
  #isOwn({ method, path }: ContractRequest): boolean {
    try {
      return this.#lookup.match(method, path)?.value === this.#plan
    } catch {
      return false
    }
  }
}

interface SentRequest {
  readonly request: ContractRequest
  /** Lower-case names of headers that are not shown. */
  readonly secret: ReadonlySet<string>
}

interface FailureSource extends SentRequest {
  readonly answer: ContractAnswer | undefined
  readonly why: string
}

/** Waits for a hook of the options, at most until the time of the test is up. */
async function inTime<T>(name: string, until: number, call: () => T | Promise<T>): Promise<T> {
  return await waitFor(call(), {
    limitMs: Math.max(1, until - performance.now()),
    reason: () => new Error(`contractTest: ${name} did not end in time.`),
  })
}

/** HEAD of a GET route does not count: its responses have no body to check. */
function isSuccess(
  { flat }: RoutePlan,
  { method }: ContractRequest,
  answer: ContractAnswer | undefined,
): boolean {
  return answer !== undefined && answer.status < 400 && method === flat.route.method
}

function lookupOf({ plans, '~internal': { options } }: App): Lookup<Plan> {
  const entries = plans.flatMap((plan) => {
    const { flat } = plan
    if (flat === undefined) return []
    return [{ method: flat.route.method, pattern: flat.pattern, value: plan, place: flat.place }]
  })
  return createLookup(entries, options.routing).lookup
}

function toContractRoute({ name, pattern, flat }: RoutePlan, baseUrl: string): ContractRoute {
  return { name, pattern, method: flat.route.method, baseUrl }
}

async function headersOf(
  { headers }: ContractTestOptions,
  route: ContractRoute,
): Promise<Record<string, string>> {
  const given = typeof headers === 'function' ? await headers(route) : headers
  return Object.fromEntries(Object.entries(given ?? {}).map(([name, value]) => [name.toLowerCase(), value]))
}

/** Replaces generated input by arranged input, member by member. */
function arrange(
  input: ContractCase,
  { params, query, headers, cookies, body }: ContractInput,
): ContractCase {
  return {
    ...input,
    params: over(input.params, params),
    query: over(input.query, query),
    headers: over(input.headers, headers),
    cookies: over(input.cookies, cookies),
    body: over(input.body, body),
  }
}

function over(made: unknown, arranged: unknown): unknown {
  if (arranged === undefined) return made
  return isRecord(made) && isRecord(arranged) ? { ...made, ...arranged } : arranged
}
