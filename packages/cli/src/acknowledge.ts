import type { Plan } from '@keelson/core'
import { warning, type Finding } from './finding.ts'

/** A finding that the app's code acknowledges. */
export interface AcknowledgedFinding extends Finding {
  /** The reason that the code gives. */
  readonly reason: string
}

/** Findings, and those of them that are acknowledged. */
export interface Settled {
  readonly findings: Finding[]
  readonly acknowledged: AcknowledgedFinding[]
}

/** What an app and its routes acknowledge, and which rules were checked. */
export interface AcknowledgeOptions {
  readonly plans: readonly Plan[]
  /** They cover findings of the app itself, and of routes that cannot have acknowledgements. */
  readonly app: Acknowledgements | undefined
  /** Places of the routes that can have acknowledgements. */
  readonly ownPlaces: ReadonlySet<string>
  /** Findings that stop the start, and cannot be acknowledged. */
  readonly stopping: ReadonlySet<Finding>
  readonly wasAsked: (rule: string) => boolean
}

type Acknowledgements = Readonly<Record<string, string>>

/** One entry: a rule, the reason, and where it is declared. */
interface Entry {
  readonly rule: string
  readonly reason: string
  readonly place: string
  readonly isOfApp: boolean
}

/** Separates what the app acknowledges. An acknowledgement without a finding or without a reason is a finding. */
export function settle(found: readonly Finding[], options: AcknowledgeOptions): Settled {
  const { plans, app, ownPlaces, stopping, wasAsked } = options
  const standing = found.filter((one) => stopping.has(one) || !isExcusable(one))
  const entries = [
    ...plans.flatMap(({ flat }) =>
      flat === undefined ? [] : entriesOf(flat.route.options.acknowledge, flat.place, false),
    ),
    ...entriesOf(app, 'createApp({ acknowledge })', true),
  ]
  const used = new Set<Entry>()
  const findings: Finding[] = []
  const acknowledged: AcknowledgedFinding[] = []
  const covers = ({ rule, place, isOfApp, reason }: Entry, one: Finding): boolean =>
    rule === one.rule && reason.trim() !== '' && (isOfApp ? !ownPlaces.has(one.place) : place === one.place)
  for (const one of found) {
    const entry = standing.includes(one) ? undefined : entries.find((each) => covers(each, one))
    if (entry === undefined) findings.push(one)
    else {
      used.add(entry)
      acknowledged.push({ ...one, reason: entry.reason })
    }
  }
  for (const entry of entries) {
    if (isOfStart(entry.rule) || standing.some((one) => one.rule === entry.rule))
      findings.push(notExcusable(entry))
    else if (entry.reason.trim() === '') findings.push(withoutReason(entry))
    else if (!used.has(entry) && wasAsked(entry.rule)) findings.push(ofNothing(entry))
  }
  return { findings, acknowledged }
}

/** Whether a finding can be acknowledged. What stops the start or is out of date cannot. */
function isExcusable({ rule, severity }: Finding): boolean {
  return severity === 'warning' || rule.startsWith('deploy-') || rule === 'response-missing'
}

function isOfStart(rule: string): boolean {
  return rule.startsWith('ERR_') || rule.startsWith('manifest-')
}

function entriesOf(all: Acknowledgements | undefined, place: string, isOfApp: boolean): Entry[] {
  return Object.entries(all ?? {}).map(([rule, reason]) => ({ rule, reason: String(reason), place, isOfApp }))
}

function withoutReason({ rule, place }: Entry): Finding {
  return warning('acknowledged-without-reason', {
    place,
    message: `It acknowledges ${rule} without a reason.`,
    remedy: `Write the reason: acknowledge: { '${rule}': 'Streams for as long as the client listens.' }.`,
  })
}

function notExcusable({ rule, place }: Entry): Finding {
  return warning('acknowledged-error', {
    place,
    message: `It acknowledges ${rule}, which cannot be acknowledged: it is an error.`,
    remedy: 'Remove the acknowledgement, and fix the finding.',
  })
}

function ofNothing({ rule, place, isOfApp }: Entry): Finding {
  return warning('acknowledged-nothing', {
    place,
    message: `It acknowledges ${rule}, which was not found there.`,
    remedy: isOfApp
      ? 'Remove the acknowledgement, or correct the name of the rule; a route of the app has its own acknowledgements.'
      : 'Remove the acknowledgement, or correct the name of the rule.',
  })
}
