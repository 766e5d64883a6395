import type { Plan } from '../pipeline/index.ts'
import { createLookup, type Lookup } from '../routing/index.ts'
import { isRecord } from '../schema/index.ts'
import type { App } from '../server/index.ts'
import { casesOf, edgeCases } from './contract-case.ts'
import type { FastCheck } from './contract-fast-check.ts'
import type { ContractInput, ContractRoute, ContractTestOptions } from './contract-options.ts'
import { toAnswerLine, toCurl, type ContractFailure } from './contract-report.ts'
import { toContractRequest, type ContractRequest } from './contract-request.ts'
import { ContractRules, type ContractAnswer } from './contract-rules.ts'
import { NoAnswer, sendContractRequest } from './contract-send.ts'
import type { ContractCase, RoutePlan } from './contract-shape.ts'
import { smallerCases } from './contract-shrink.ts'

/** What the routes of one test share. */
export interface RunSetup {
  readonly fc: FastCheck
  readonly app: App
  readonly baseUrl: string
  readonly options: ContractTestOptions
  readonly seed: number
  readonly runsPerRoute: number
}

/** Drives routes one after another and counts. */
export class ContractRun {
  requests = 0
  readonly withoutSuccess: string[] = []
  readonly #setup: RunSetup
  readonly #lookup: Lookup<Plan>

  constructor(setup: RunSetup) {
    this.#setup = setup
    this.#lookup = lookupOf(setup.app)
  }

  /** Drives one route; gives its fault with the smallest request that was found within the time. */
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
    // Of a long text fast-check would try every shorter one, a request each, until the time is over.
    const result = await fc.check(property, { seed, examples, endOnFailure: true, ...limits })
    await attempt.shrink(until)
    this.requests += attempt.requests
    if (!attempt.hasSucceeded) this.withoutSuccess.push(plan.name)
    if (attempt.failure !== undefined) return attempt.failure
    // What else fails is no answer: `arrange` or `headers` threw.
    if (result.failed && result.errorInstance instanceof Error) throw result.errorInstance
    return undefined
  }
}

/** Part of the requests in which all values are at the edge; the others are left to chance. */
const EDGE_SHARE = 0.4
/** Requests that look for a smaller failure. */
const MAX_ATTEMPTS = 500

/** The requests of one route. */
class RouteAttempt {
  requests = 0
  hasSucceeded = false
  /** Of the last request that failed, which is the smallest. */
  failure: ContractFailure | undefined
  #status: number | undefined
  /** What {@link failure} is told of. */
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

  /** Sends one case. Throws when its answer is no answer of the route. */
  async run(input: ContractCase): Promise<void> {
    const { options, baseUrl } = this.#setup
    const route = toContractRoute(this.#plan, baseUrl)
    const arranged = input.isArranged ? await options.arrange?.(route) : undefined
    const written = toContractRequest(this.#plan, arranged === undefined ? input : arrange(input, arranged))
    if (written === undefined || !this.#isOwn(written)) return
    const given = input.isAnonymous ? {} : await headersOf(options, route)
    const request = { ...written, headers: { ...written.headers, ...given } }
    this.requests += 1
    const { answer, why } = await this.#ask(request)
    this.hasSucceeded ||= isSuccess(request, answer)
    if (why === undefined || !this.#isSameFault(answer?.status)) return
    this.#failed = input
    const secret = new Set(Object.keys(given))
    this.failure = {
      route: route.name,
      request: toCurl({ baseUrl, request, secret }),
      answer: toAnswerLine(answer),
      why,
    }
    throw new Error(why)
  }

  /** Goes on from the smallest case so far, until none that is smaller fails. */
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

  /** While it shrinks, another fault than the first is another story. */
  #isSameFault(status: number | undefined): boolean {
    if (this.failure !== undefined) return status === this.#status
    this.#status = status
    return true
  }

  async #ask(request: ContractRequest): Promise<{ answer?: ContractAnswer; why: string | undefined }> {
    try {
      const rules = this.#rules
      const answer = await sendContractRequest(this.#setup.baseUrl, request, (status) =>
        rules.needsBody(status),
      )
      return { answer, why: rules.faultOf(request, answer) }
    } catch (error) {
      if (error instanceof NoAnswer) return { why: error.message }
      throw error
    }
  }

  /** Whether the path leads to this route: `/orders/export` is no order. */
  #isOwn({ method, path }: ContractRequest): boolean {
    try {
      return this.#lookup.match(method, path)?.value === this.#plan
    } catch {
      return false
    }
  }
}

/** HEAD shows nothing of what the route gives. */
function isSuccess({ method }: ContractRequest, answer: ContractAnswer | undefined): boolean {
  return answer !== undefined && answer.status < 400 && method !== 'HEAD'
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

/** Puts what was arranged in the place of what was made up, member by member. */
function arrange(input: ContractCase, { params, query, headers, body }: ContractInput): ContractCase {
  return {
    ...input,
    params: over(input.params, params),
    query: over(input.query, query),
    headers: over(input.headers, headers),
    body: over(input.body, body),
  }
}

function over(made: unknown, arranged: unknown): unknown {
  if (arranged === undefined) return made
  return isRecord(made) && isRecord(arranged) ? { ...made, ...arranged } : arranged
}
