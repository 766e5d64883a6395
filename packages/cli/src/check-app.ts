import {
  FrameworkError,
  toManifest,
  type App,
  type Inspection,
  type Plan,
  type RouteTree,
  type SetupError,
  type SetupProblem,
} from '@keelson/core'
import type { WatchedVariable } from '@keelson/core/spi'
import { asksForUserAlone, notesOf, opennessOf } from './access.ts'
import { settle, type AcknowledgedFinding } from './acknowledge.ts'
import { checkDeployment } from './check-deployment.ts'
import { checkPolicies } from './check-policies.ts'
import { problem, warning, type Finding } from './finding.ts'

/** Options of {@link checkApp}. */
export interface CheckOptions {
  /** Whether the app must be ready for production; default `false`. */
  readonly deploy?: boolean | undefined
  /** Whether routes without `response`, and warnings, are problems; default `false`. */
  readonly strict?: boolean | undefined
  /** A committed manifest, as text, and the name of its file: a problem when it is stale. */
  readonly manifest?: { readonly file: string; readonly text: string } | undefined
  /** What `loadConfig` loaded, for `deploy`. */
  readonly config?: readonly WatchedVariable[] | undefined
  /** What its plugins have found in files and servers; default: they were not asked. */
  readonly inspection?: Inspection | undefined
}

/** Result of {@link checkApp}. */
export interface CheckReport {
  /** Whether there are no problems. */
  readonly isOk: boolean
  readonly findings: readonly Finding[]
  /** Findings that the app's code acknowledges, with the reason; they are not problems. */
  readonly acknowledged: readonly AcknowledgedFinding[]
  /** Names of the routes without `response`: their client type is `unknown`. */
  readonly withoutResponse: readonly string[]
  /** Routes that anybody may call, as `GET /path (name)`: public, and no middleware authenticates or authorizes. */
  readonly publicRoutes: readonly string[]
  /** Public routes behind middleware that authenticates and does not say whether it refuses. */
  readonly unclearRoutes: readonly { readonly route: string; readonly behind: readonly string[] }[]
  /** Routes that anybody may call who is signed in: their access rule asks for nothing else. */
  readonly signedInRoutes: readonly string[]
  /** What access rules would have somebody look at, a sentence each. */
  readonly notes: readonly string[]
  /** What was not looked at, and why, a sentence each. */
  readonly omitted: readonly string[]
}

/** Verifies an app without starting it: its graph, access rules, clashes, schemas, server options, manifest. */
export function checkApp(app: App, options: CheckOptions = {}): CheckReport {
  const { problems = [], warnings = [], omitted = [] } = options.inspection ?? {}
  const inspected = problems.map(toFinding)
  const found = [...caught(() => app.check()), ...inspected]
  // What a plugin finds of a deployment stops no start.
  const stopping = new Set(found.filter((one) => !inspected.includes(one) || !one.rule.startsWith('deploy-')))
  const plans = found.length === problems.length ? app.plans : []
  const own = plans.filter((plan) => plan.name !== undefined && !isProbe(plan))
  const withoutResponse = own.filter(
    (plan) => plan.flat?.route.options.response === undefined && !isMounted(plan),
  )
  found.push(...warnings.map(({ code, ...what }) => warning(code, what)))
  found.push(...checkPolicies(plans))
  if (options.strict === true) found.push(...withoutResponse.map(missingResponse))
  if (options.manifest !== undefined && plans.length > 0) found.push(...checkManifest(app, options.manifest))
  if (options.deploy === true) found.push(...checkDeployment(app, plans, options.config ?? []))
  const { acknowledge, routes } = app['~internal'].options
  const ownPlaces = new Set(plans.flatMap((plan) => placeOfOwn(plan, routes)))
  const wasAsked = (rule: string): boolean => plans.length > 0 && isAsked(rule, options)
  const { findings, acknowledged } = settle(found, {
    plans,
    app: acknowledge,
    ownPlaces,
    stopping,
    wasAsked,
  })
  const missing = withoutResponse.filter(
    ({ flat }) => !acknowledged.some((one) => one.rule === 'response-missing' && one.place === flat?.place),
  )
  return {
    isOk: findings.every((one) => one.severity === 'warning' && options.strict !== true),
    findings,
    acknowledged,
    withoutResponse: missing.map((plan) => plan.name ?? ''),
    publicRoutes: plans.filter((plan) => opennessOf(plan).openness === 'open').map(lineOf),
    unclearRoutes: plans.flatMap((plan) => {
      const { openness, by } = opennessOf(plan)
      return openness === 'unclear' ? [{ route: lineOf(plan), behind: by }] : []
    }),
    signedInRoutes: plans.filter(asksForUserAlone).map(lineOf),
    notes: [...new Set(plans.flatMap(notesOf))],
    omitted,
  }
}

/** The place of a route of the app itself; mounted handlers and routes of plugins cannot have acknowledgements. */
function placeOfOwn({ flat }: Plan, routes: RouteTree): string[] {
  if (flat === undefined || flat.route.method === '*') return []
  return Object.hasOwn(routes, flat.name.split('.')[0]!) ? [flat.place] : []
}

/** Whether a check with these options includes a rule. */
function isAsked(rule: string, { deploy, strict, manifest }: CheckOptions): boolean {
  if (rule.startsWith('deploy-')) return deploy === true
  if (rule === 'response-missing') return strict === true
  return !rule.startsWith('manifest-') || manifest !== undefined
}

/** Probes of the framework and hidden routes are not for clients. */
function isProbe(plan: Plan): boolean {
  return plan.flat?.route.options.hidden === true
}

function isMounted(plan: Plan): boolean {
  return plan.flat?.route.method === '*'
}

function lineOf({ flat, pattern = '', name = '' }: Plan): string {
  return `${flat?.route.method ?? '*'} ${pattern} (${name})`
}

function caught(run: () => unknown): Finding[] {
  try {
    run()
    return []
  } catch (error) {
    if (!isSetupError(error)) throw error
    return findingsOf(error)
  }
}

/** Whether a start failed with problems, in any copy of the package. */
export function isSetupError(error: unknown): error is SetupError {
  return FrameworkError.is(error) && error.code === 'ERR_CORE_SETUP'
}

/** The problems of a start that failed, as findings. */
export function findingsOf({ problems }: SetupError): Finding[] {
  return problems.map(toFinding)
}

function toFinding({ code, ...what }: SetupProblem): Finding {
  return problem(code, what)
}

function missingResponse(plan: Plan): Finding {
  return problem('response-missing', {
    place: plan.flat?.place ?? lineOf(plan),
    message: 'It declares no response: what it sends is not filtered, and its type in the client is unknown.',
    remedy: 'Add response: with a schema, or a map of statuses to schemas.',
  })
}

function checkManifest(
  app: App,
  { file, text }: { readonly file: string; readonly text: string },
): Finding[] {
  const remedy = `Run keelson manifest --out ${file}, and commit it.`
  let committed: unknown
  try {
    committed = JSON.parse(text)
  } catch {
    return [problem('manifest-unreadable', { place: file, message: 'It is not JSON.', remedy })]
  }
  const { hash, routes } = (committed ?? {}) as {
    readonly hash?: unknown
    readonly routes?: Record<string, unknown>
  }
  if (typeof hash !== 'string' || typeof routes !== 'object' || routes === null) {
    return [problem('manifest-unreadable', { place: file, message: 'It is not a manifest.', remedy })]
  }
  const current = toManifest(app.routes)
  const names = new Set([...Object.keys(current.routes), ...Object.keys(routes)])
  const changed = [...names].filter((name) => current.routes[name] !== routes[name])
  if (changed.length === 0 && hash === current.hash) return []
  const which =
    changed.length === 0
      ? 'its hash differs'
      : `${changed.slice(0, 5).join(', ')}${changed.length > 5 ? ' and others' : ''}`
  const message = `It does not match the routes: ${which}.`
  return [problem('manifest-stale', { place: file, message, remedy })]
}

/** The number of problems; with `strict`, warnings are problems. */
export function countProblems({ findings }: CheckReport, strict = false): number {
  return findings.filter((one) => strict || one.severity === 'problem').length
}
