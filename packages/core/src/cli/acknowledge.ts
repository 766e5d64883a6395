import type { Plan } from '../pipeline/index.ts'
import { warning, type Finding } from './finding.ts'

/** A finding that the app's code acknowledges. */
export interface AcknowledgedFinding extends Finding {
  /** Why it is meant, as the code says. */
  readonly reason: string
}

/** What was found, apart from what is acknowledged. */
export interface Settled {
  readonly findings: Finding[]
  readonly acknowledged: AcknowledgedFinding[]
}

/** What an app and its routes acknowledge, and which rules were asked. */
export interface AcknowledgeOptions {
  readonly plans: readonly Plan[]
  /** Of the app; they hold for its routes, too. */
  readonly app: Acknowledgements | undefined
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

/** Takes out what the app acknowledges. What is acknowledged and not found, or without a reason, is a finding of its own. */
export function settle(found: readonly Finding[], { plans, app, wasAsked }: AcknowledgeOptions): Settled {
  const entries = [
    ...plans.flatMap(({ flat }) =>
      flat === undefined ? [] : entriesOf(flat.route.options.acknowledge, flat.place, false),
    ),
    ...entriesOf(app, 'createApp({ acknowledge })', true),
  ]
  const used = new Set<Entry>()
  const findings: Finding[] = []
  const acknowledged: AcknowledgedFinding[] = []
  for (const one of found) {
    const entry = entries.find(
      ({ rule, place, isOfApp, reason }) =>
        rule === one.rule && (isOfApp || place === one.place) && reason.trim() !== '',
    )
    if (entry === undefined) findings.push(one)
    else {
      used.add(entry)
      acknowledged.push({ ...one, reason: entry.reason })
    }
  }
  for (const entry of entries) {
    if (entry.reason.trim() === '') findings.push(withoutReason(entry))
    else if (!used.has(entry) && wasAsked(entry.rule)) findings.push(ofNothing(entry))
  }
  return { findings, acknowledged }
}

function entriesOf(all: Acknowledgements | undefined, place: string, isOfApp: boolean): Entry[] {
  return Object.entries(all ?? {}).map(([rule, reason]) => ({ rule, reason: String(reason), place, isOfApp }))
}

function withoutReason({ rule, place }: Entry): Finding {
  return warning('acknowledged-without-reason', {
    place,
    message: `It acknowledges ${rule} without a reason.`,
    remedy: `Write why it is meant: acknowledge: { '${rule}': 'Streams for as long as the client listens.' }.`,
  })
}

function ofNothing({ rule, place }: Entry): Finding {
  return warning('acknowledged-nothing', {
    place,
    message: `It acknowledges ${rule}, which is not found there.`,
    remedy: 'Remove the acknowledgement, or correct the name of the rule.',
  })
}
