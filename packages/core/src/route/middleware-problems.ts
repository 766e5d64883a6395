// At set-up: what is wrong with the definition of a middleware.
import { isToken, nearestName, withSource, type SetupProblem } from '../errors/index.ts'
import {
  PARTS,
  STAGES,
  type PartName,
  type PipelineStage,
  type SecurityDemand,
} from './middleware-contract.ts'
import type { MiddlewareDefinition } from './middleware-definition.ts'

/** A definition as the set-up reads it, without types. */
export type DefinedParts = Omit<MiddlewareDefinition, 'adds'> & {
  readonly adds?: readonly string[]
}

/** Finds what of the parts of a middleware does not fit together. */
export function findProblems(parts: DefinedParts, source: string | undefined): SetupProblem[] {
  const problems: SetupProblem[] = []
  const place = withSource(`middleware ${parts.name}`, source)
  const add = (message: string, remedy: string) =>
    problems.push({ code: 'ERR_CORE_MIDDLEWARE', place, message, remedy })
  if (typeof parts.name !== 'string' || parts.name === '')
    add('It has no name.', "Give it one: name: 'bearer'.")
  if (!STAGES.includes(parts.stage)) add(`'${parts.stage}' is not a stage.`, remedyForStage(parts.stage))
  checkParts(parts, add)
  checkKinds(parts, add)
  if (Object.hasOwn(parts.inject ?? {}, 'state'))
    add("It injects 'state', which is what state gives.", 'Inject it by another name.')
  if (!isChallenge(parts))
    add(
      'Its challenge cannot be sent.',
      "Give one line, challenge: 'Bearer realm=\"shop\"', in stage 'authenticate' or 'authorize'.",
    )
  checkBesideRun(parts, add)
  checkPlace(parts, add)
  if (parts.isPerCaller === true && (parts.adds ?? []).length === 0)
    add('isPerCaller is about what it adds, and it adds nothing.', 'Omit it, or say what it adds.')
  if (addsInVain(parts)) add('Only run adds to the context.', 'Omit adds, or use run.')
  return problems
}

/** Kinds of call that core has; packages may bring others. */
const KINDS = ['http', 'call']

/** With a misspelt kind it would stand in no plan. */
function checkKinds({ kinds = [] }: DefinedParts, add: (message: string, remedy: string) => void): void {
  for (const kind of kinds) {
    const near = KINDS.includes(kind) ? undefined : nearestName(kind, KINDS)
    if (near !== undefined) add(`'${kind}' is not a kind of call.`, `Did you mean '${near}'?`)
  }
}

function checkPlace(
  { stage, isFirst, isSingle }: DefinedParts,
  add: (message: string, remedy: string) => void,
): void {
  if (isFirst === true && (stage === 'respond' || stage === 'record'))
    add('isFirst orders run and wrap.', "Omit it, or put the middleware in a stage up to 'handle'.")
  if (isSingle === true && stage === 'authorize')
    add('isSingle would have it replace an access rule further out.', 'Omit it: all rules hold.')
}

function checkParts(parts: DefinedParts, add: (message: string, remedy: string) => void): void {
  const given = PARTS.filter((name) => parts[name] !== undefined)
  if (given.length === 0 && parts.for === undefined)
    add('It has no function.', `Give one of ${PARTS.join(', ')}.`)
  if (given.includes('run') && given.includes('wrap')) add('It has run and wrap.', 'Give one of them.')
  for (const name of given) {
    if (typeof parts[name] !== 'function') add(`${name} is not a function.`, `Give ${name} a function.`)
  }
  const wrong =
    parts.for === undefined || parts.run !== undefined || parts.wrap !== undefined
      ? wrongStage(given, parts.stage)
      : undefined
  if (wrong !== undefined) add(`${given[0]} cannot stand in stage '${parts.stage}'.`, wrong)
}

/** What belongs to a `run` of one stage. */
function checkBesideRun(parts: DefinedParts, add: (message: string, remedy: string) => void): void {
  for (const name of ['principal', 'tenant'] as const) {
    if (parts[name] !== undefined && (parts.stage !== 'authenticate' || parts.run === undefined))
      add(
        `${name} stands beside a run of stage 'authenticate'.`,
        `Omit ${name}, or put it where the caller is authenticated.`,
      )
  }
  if (parts.narrows !== undefined && (parts.stage !== 'authorize' || parts.run === undefined))
    add("narrows stands beside a run of stage 'authorize'.", 'Omit narrows, or make it an access rule.')
}

function remedyForStage(written: string): string {
  const near = nearestName(String(written), STAGES)
  return near === undefined ? `Use one of ${STAGES.join(', ')}.` : `Did you mean '${near}'?`
}

function isChallenge({ challenge, stage }: DefinedParts): boolean {
  if (challenge === undefined) return true
  const hasPlace = stage === 'authenticate' || stage === 'authorize'
  return hasPlace && [challenge].flat().every((one) => isDemand(one) || isChallengeLine(one))
}

/** Core writes the line of its scheme. */
function isDemand(one: unknown): boolean {
  return typeof one === 'object' && typeof (one as Partial<SecurityDemand> | null)?.name === 'string'
}

/** RFC 9110 §11.6.1: a scheme, then what belongs to it. */
function isChallengeLine(line: unknown): boolean {
  return typeof line === 'string' && isToken(line.split(' ', 1)[0] as string) && /^[\t\x20-\x7e]*$/.test(line)
}

function addsInVain({ adds = [], run }: DefinedParts): boolean {
  return adds.length > 0 && run === undefined
}

/** The stage is that of the first part: the others stand where their names say. */
function wrongStage([first]: readonly PartName[], stage: PipelineStage): string | undefined {
  const isLate = stage === 'respond' || stage === 'record'
  if (first === undefined) return undefined
  if (first === 'run' || first === 'wrap') return isLate ? "Put it in a stage up to 'handle'." : undefined
  const right = first === 'observe' ? 'record' : 'respond'
  return stage === right ? undefined : `Put it in stage '${right}'.`
}
