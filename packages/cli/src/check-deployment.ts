import {
  BUS,
  KEY_VALUE_STORE,
  type App,
  type AppInspection,
  type AppOptions,
  type Injectable,
  type ServiceNeed,
  type Plan,
} from '@keelson/core'
import { partsOf, reachableTargets, readNeed, type WatchedVariable } from '@keelson/core/spi'
import { opennessOf } from './access.ts'
import { checkLimits } from './check-limits.ts'
import { checkSecrets } from './check-secrets.ts'
import { checkServerSafety } from './check-server-safety.ts'
import { applicable, problem, warning, type Finding } from './finding.ts'

/** Findings for an app that others can reach. */
export function checkDeployment(
  app: App,
  plans: readonly Plan[],
  config: readonly WatchedVariable[],
): Finding[] {
  const inspection = app['~internal']
  return [
    ...checkMode(inspection),
    ...checkLog(app),
    ...checkSecrets(config),
    ...checkServerSafety((inspection.options as AppOptions).server ?? {}),
    ...checkLimits(inspection.options, plans),
    ...checkPorts(inspection, plans),
    ...checkHealth(inspection),
    ...checkPublicWrites(plans),
  ]
}

function checkMode({ mode, options }: AppInspection): Finding[] {
  return applicable(
    mode !== 'production' &&
      problem('deploy-mode', {
        place: options.mode === undefined ? 'NODE_ENV' : 'createApp({ mode })',
        message: `The app runs in mode '${mode}'.`,
        remedy: "Set NODE_ENV=production, for this check as for the deployment, or mode: 'production'.",
      }),
    options.name === undefined &&
      warning('deploy-name', {
        place: 'createApp({ name })',
        message:
          'The app has no name: it shares what it keeps in Redis or a database with every other app without one.',
        remedy: "Give it one of its own: name: 'shop'.",
      }),
    (options.overrides?.length ?? 0) > 0 &&
      problem('deploy-overrides', {
        place: 'createApp({ overrides })',
        message: 'Services are replaced by overrides, which are for tests.',
        remedy: 'Bind the real ones under providers, and omit overrides.',
      }),
  )
}

function checkLog({ log, '~internal': { options } }: App): Finding[] {
  const place = 'createApp({ log })'
  if (options.log === false || log.level === 'silent') {
    return [
      warning('deploy-log-off', { place, message: 'Nothing is logged.', remedy: "Log at level 'info'." }),
    ]
  }
  return applicable(
    (log.level === 'debug' || log.level === 'trace') &&
      problem('deploy-log-level', {
        place,
        message: `The log level is '${log.level}': it fills disks, and may show what callers sent.`,
        remedy: "Use 'info' or above.",
      }),
    (options.log as { readonly pretty?: unknown } | undefined)?.pretty === true &&
      problem('deploy-log-pretty', {
        place,
        message: 'Lines are written for people; log collectors cannot read them.',
        remedy: 'Omit pretty, or set it by the mode.',
      }),
  )
}

/** Services need an engine that several processes share, and get the one in process. */
function checkPorts(inspection: AppInspection, plans: readonly Plan[]): Finding[] {
  const { options, providers, embedded } = inspection
  const { ports = {} } = options
  const builtIn = new Set<Injectable>([KEY_VALUE_STORE, BUS])
  // A service does not need what it takes only where it is bound.
  const bound = providers.filter(({ target }) => !embedded.includes(target))
  const roots = [
    ...plans.flatMap((plan) => Object.values(plan.injects) as Injectable[]),
    ...plans.flatMap(({ chain }) => chain.flatMap(({ inject }) => Object.values(inject) as Injectable[])),
    ...(options.plugins ?? []).flatMap((plugin) =>
      Object.values(partsOf(plugin).inject ?? {}).flatMap(targetOf),
    ),
    ...bound.map((one) => one.target).filter((target) => !builtIn.has(target)),
  ]
  const needed = reachableTargets(roots, bound)
  return applicable(
    needed.has(KEY_VALUE_STORE) && !inspection.isShared(KEY_VALUE_STORE) && inProcess('store'),
    needed.has(BUS) && !inspection.isShared(BUS) && inProcess('bus'),
    typeof (ports.clock as { advance?: unknown } | undefined)?.advance === 'function' &&
      problem('deploy-clock', {
        place: 'createApp({ ports: { clock } })',
        message: 'The clock is a fake, which stands still.',
        remedy: 'Omit it: the default is the clock of the system.',
      }),
  )
}

function targetOf(need: ServiceNeed): Injectable[] {
  const read = readNeed(need)
  return read === undefined ? [] : [read.target]
}

/** What an engine in process does not do, and what has one that does. */
const IN_PROCESS = {
  store: {
    harm: 'its content ends with the process, and other processes do not see it',
    made: 'redisPorts(url) of @keelson/cache/redis, or database(…, { keyValueStore: {} })',
  },
  bus: {
    harm: 'other processes do not receive its messages',
    made: 'redisPorts(url) of @keelson/cache/redis',
  },
}

function inProcess(name: keyof typeof IN_PROCESS): Finding {
  const { harm, made } = IN_PROCESS[name]
  return problem(`deploy-${name}`, {
    place: `createApp({ ports: { ${name} } })`,
    message: `Services need the ${name}, and get the one in process: ${harm}.`,
    remedy: `Give the plugins one that several processes share: ${made}; or an engine of your own as ports.${name}.`,
  })
}

function checkHealth({ options: { health, phases } }: AppInspection): Finding[] {
  const stopMs = (phases?.stopMs ?? 10_000) + (phases?.readinessDelayMs ?? 0)
  return applicable(
    health === false &&
      warning('deploy-health', {
        place: 'createApp({ health })',
        message: 'There are no probes: an orchestrator cannot find out whether the app is ready.',
        remedy: 'Omit health for /livez and /readyz.',
      }),
    health !== false &&
      health?.detailAccess === 'public' &&
      problem('deploy-health-detail', {
        place: 'createApp({ health: { detailAccess } })',
        message: 'Anybody may read the state of every plugin.',
        remedy: 'Give it an access rule, or omit it.',
      }),
    stopMs > 30_000 &&
      warning('deploy-stop', {
        place: 'createApp({ phases: { stopMs } })',
        message: `A stop may take ${stopMs} ms; orchestrators kill a process after 30,000 by default.`,
        remedy: 'Make it shorter, or give the process more time in the orchestrator.',
      }),
  )
}

/** Public routes that change something may be intended (a sign-up), and should be reviewed. */
function checkPublicWrites(plans: readonly Plan[]): Finding[] {
  return plans.flatMap((plan) => {
    const { openness, by } = opennessOf(plan)
    if (openness === 'guarded' || isSafe(plan)) return []
    const message =
      openness === 'open'
        ? 'Anybody may call it, and its method changes something.'
        : `Its method changes something, its access is public, and ${by.join(', ')} before it does not say whether it refuses.`
    const remedy =
      openness === 'open'
        ? 'Give it an access rule, if it is not meant for everybody.'
        : 'Give it an access rule, or let the middleware describe its security.'
    return [warning('deploy-public-write', { place: plan.flat?.place ?? '', message, remedy })]
  })
}

/** RFC 9110 §9.2.1, and QUERY. */
function isSafe({ flat }: Plan): boolean {
  return flat !== undefined && ['GET', 'HEAD', 'QUERY'].includes(flat.route.method)
}
