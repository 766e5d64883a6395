import { countProblems, type CheckReport } from './check-app.ts'
import type { RouteDescription } from './describe-routes.ts'
import type { ExplainedStep, RouteExplanation } from './explain-route.ts'
import { plural } from './plural.ts'
import { toTable } from './table.ts'

/** The table of `keelson routes`. */
export function printRoutes(routes: readonly RouteDescription[]): string {
  const head = ['NAME', 'METHOD', 'PATH', 'ACCESS', 'MIDDLEWARE', 'SOURCE']
  const rows = routes.map((one) => [
    one.name,
    one.method,
    one.path,
    one.access,
    one.middleware.join(', ') || '-',
    one.source ?? '-',
  ])
  return toTable([head, ...rows])
}

/** The page of `keelson explain`. */
export function printExplanation(route: RouteExplanation): string {
  const { maxBodyBytes, deadlineMs, consumes } = route.limits
  const facts = [
    ['access', route.access],
    ['deadline', deadlineMs === 0 ? 'none' : `${deadlineMs} ms`],
    [
      'body',
      consumes.length === 0
        ? 'none declared'
        : `${consumes.join(', ')}, at most ${maxBodyBytes} bytes${route.input['body'] === undefined ? ', read by the handler' : ''}`,
    ],
    ...(route.upgrades === undefined ? [] : [['upgrades', `to ${route.upgrades}; 426 without`]]),
    ...Object.entries(route.input),
    ...responseLines(route),
    ...(route.errors.length === 0 ? [] : [['errors', route.errors.join(', ')]]),
    ...Object.entries(route.injects).map(([name, what]) => [`ctx.${name}`, what]),
    ...route.chain.flatMap(({ name, explain }) => (explain === undefined ? [] : [[name, explain]])),
  ]
  return [
    `${route.name}: ${route.method} ${route.path}${route.source === undefined ? '' : ` (${route.source})`}`,
    '',
    toTable(facts.map(([name = '', text = '']) => [`  ${name}`, text])),
    '',
    toTable([['STAGE', 'STEP', 'DOES', 'BY', 'ADDS', 'NEEDS', 'SOURCE'], ...route.chain.map(stepRow)]),
  ].join('\n')
}

function responseLines({ response }: RouteExplanation): string[][] {
  if (response === undefined) return [['response', 'not declared: unknown in the client']]
  return Object.entries(response).map(([status, schema]) => [`response ${status}`, schema])
}

function stepRow({ stage, name, does, origin, adds, needs, says, kinds, source }: ExplainedStep): string[] {
  const step = kinds === undefined ? name : `${name} (${kinds.join(', ')} only)`
  const gives = [...adds, ...says.map((slot) => `frame: ${slot}`)]
  return [stage, step, does, origin, gives.join(', ') || '-', needs.join(', ') || '-', source ?? '-']
}

/** A note, then one route per line. */
function noteOf(text: string, routes: readonly string[]): string[] {
  return routes.length === 0 ? [] : [`note: ${text}`, ...routes.map((one) => `  ${one}`)]
}

/** The report of `keelson check`. */
export function printReport(report: CheckReport, name: string, strict: boolean): string {
  const lines = report.findings.map(
    ({ rule, severity, place, message, remedy }) =>
      `${strict ? 'problem' : severity}: ${place}: ${message} ${remedy} [${rule}]`,
  )
  lines.push(
    ...report.acknowledged.map(
      ({ rule, place, message, reason }) => `acknowledged: ${place}: ${message} Reason: ${reason} [${rule}]`,
    ),
    ...noteOf('Omitted:', report.omitted),
    ...(strict ? [] : noteOf('Without response, so unknown to the client:', report.withoutResponse)),
    ...noteOf('Anybody may call:', report.publicRoutes),
    ...noteOf(
      'Public, behind middleware that does not say whether it refuses:',
      report.unclearRoutes.map(({ route, behind }) => `${route}, behind ${behind.join(', ')}`),
    ),
    ...noteOf('Anybody who is signed in may call:', report.signedInRoutes),
    ...noteOf('Rules to look at:', report.notes),
  )
  const problems = countProblems(report, strict)
  const warnings = report.findings.length - problems
  const also = warnings === 0 ? '' : `, ${plural(warnings, 'warning')}`
  const verdict = problems === 0 ? 'is in order' : `has ${plural(problems, 'problem')}`
  return [...lines, `${name} ${verdict}${also}.`].join('\n')
}
