import type { Container } from '../di/index.ts'
import { SetupError, type AppMode, type SetupProblem } from '../errors/index.ts'
import type { Logger } from '../log/index.ts'
import type { Holdings } from '../operation/index.ts'
import type { AppFacts } from '../route/index.ts'
import type { Transports } from './contract.ts'
import { redactSchemes, schemesOf } from './credentials.ts'
import { middlewareRoots } from './middleware-states.ts'
import type { ApplicationOptions } from './options.ts'
import { unfitProcess } from './phase-problems.ts'
import { isSharedPort } from './ports.ts'
import { publicOrigin } from './public-url.ts'
import { buildPlans, injectionRoots, type Plans } from './plans.ts'
import type { CheckedApp } from './plugin-contract.ts'
import { checkPlugins } from './plugin-phases.ts'
import type { Gathered } from './setup.ts'
import { orderStart, pluginRoots, type StartOrder, type StartStep } from './start-order.ts'

/** What the check of an app reads. */
export interface CheckParts {
  readonly app: {
    readonly name: string
    readonly mode: AppMode
    readonly log: Logger
    readonly requestIdHeader: string | undefined
  }
  readonly options: ApplicationOptions
  readonly transports: Transports
  readonly gathered: Gathered
  readonly container: Container
  readonly holdings: Holdings
}

/** The result of a check without problems. */
export interface Checked {
  readonly plans: Plans
  /** The start, in order. */
  readonly steps: readonly StartStep[]
  /** What plugins and commands see of the app. */
  readonly app: CheckedApp
}

/**
 * Builds the plans and verifies routes, plugins, services and the options of the server.
 *
 * @throws {SetupError} with every problem found
 */
export function checkApp(parts: CheckParts): Checked {
  const { app, options, transports, gathered, holdings } = parts
  const { log } = app
  const plans = buildPlans(gathered.routes, options, {
    kind: transports.kind,
    app: factsOf(parts),
    log,
    use: gathered.use,
    holdings,
    calls: options.calls === true || gathered.calls,
  })
  redactSchemes(log, schemesOf(plans.plans))
  const order = checkGraph(plans, parts)
  const problems: SetupProblem[] = [
    ...unfitProcess(),
    ...gathered.problems,
    ...plans.problems,
    ...order.problems,
    ...transports.problems(),
  ]
  const checked: CheckedApp = {
    name: app.name,
    mode: app.mode,
    plugins: gathered.plugins,
    requestIdHeader: app.requestIdHeader,
    plans: plans.plans,
    redact: (scheme) => redactSchemes(log, [scheme]),
    isShared: (port) => isSharedPort(port, gathered),
  }
  // Plugins see complete plans only.
  if (problems.length === 0) problems.push(...checkPlugins(gathered.plugins, checked))
  if (problems.length > 0) throw new SetupError(problems)
  return { plans, steps: order.steps, app: checked }
}

function factsOf({ app, options: { publicUrl }, transports }: CheckParts): AppFacts {
  const told = publicUrl === undefined ? undefined : publicOrigin(publicUrl)
  const canBeSecure = transports.canBeSecure || told?.scheme === 'https'
  return Object.freeze({ mode: app.mode, publicOrigin: told?.origin, canBeSecure })
}

/** Verifies what routes and plugins need, and orders the start. */
function checkGraph({ plans }: Plans, { gathered, container, holdings }: CheckParts): StartOrder {
  const { plugins, binders } = gathered
  const roots = [...injectionRoots(plans), ...middlewareRoots(holdings)]
  const problems = container.check([...roots, ...pluginRoots(plugins, container)])
  // Invalid services or plugins cannot be ordered.
  if (problems.length > 0 || gathered.problems.length > 0) return { steps: [], problems }
  return orderStart({ container, plugins, binders, roots })
}
