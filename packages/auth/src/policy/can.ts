// The access rules of a policy. What they ask is on the path of each request.
import {
  accessRule,
  ForbiddenError,
  middleware,
  needs,
  NotFoundError,
  refuse,
  type AnyMiddleware,
  type BaseContext,
  type Refusal,
} from '@keelson/core'
import { refuseCall } from '@keelson/core/options'
import { assertUser, publishDenied, ruleAt, type RuleFacts } from '../rules/index.ts'
import type { RulesOf, Subject } from './rules-of.ts'

type Seen = BaseContext & Subject

/** What access rules know of their policy. */
export interface PolicyFacts {
  /** Names on the context that rules read. */
  readonly names: readonly string[]
  /** Whether rules are asked for callers who are not signed in, too. */
  readonly anonymous: boolean
  readonly resources: ReadonlyMap<string, RulesOf>
}

/** What an access rule asks. */
export interface Question {
  readonly action: string
  readonly resource: string
  readonly load?: ((ctx: never) => unknown) | undefined
}

/** The rule of `can`. */
export function canRule(
  policy: PolicyFacts,
  { action, resource, load }: Question,
  below: Function,
): AnyMiddleware {
  const rules = rulesFor(policy, { action, resource }, below)
  const name = `${action} ${resource}`
  if (load !== undefined) return recordRule(policy, { rules, action, load }, below)
  if (rules.looks(action))
    wrongCall(
      `'${action}' of ${resource} depends on the record.`,
      'Load it, { load: (ctx) => … }, or use canList.',
      below,
    )
  const rule = accessRule({
    ...commonOf(policy, name),
    allow: (ctx: Seen) => {
      assertKnown(policy, ctx)
      return rules.admits(action, ctx, undefined) || denied(ctx, name, rules.refusalOf(action))
    },
  } as never)
  return ruleAt(rule, below, { notes: [], questions: [questionOf(rules, action, false)] })
}

interface RecordQuestion {
  readonly rules: RulesOf
  readonly action: string
  readonly load: (ctx: never) => unknown
}

/** A caller who may not read a record is told what somebody is told who asks for one that is not there. */
function recordRule(
  policy: PolicyFacts,
  { rules, action, load }: RecordQuestion,
  below: Function,
): AnyMiddleware {
  const as = `${rules.name.charAt(0).toLowerCase()}${rules.name.slice(1)}`
  const name = `${action} ${rules.name}`
  const rule = accessRule({
    ...commonOf(policy, name),
    as,
    load: (ctx: Seen) => {
      assertKnown(policy, ctx)
      return load(ctx as never)
    },
    allow: (ctx: Seen) => {
      const record = ctx[as] as Subject
      if (rules.admits(action, ctx, record)) return true
      const refusal = denied(ctx, name, rules.refusalOf(action))
      if (action !== 'read' && rules.admits('read', ctx, record)) return refusal
      ctx.log.info({ event: 'access-refused', rule: name, reason: refusal.reason }, 'An access rule refused.')
      throw new NotFoundError(`There is no such ${as}.`)
    },
  } as never)
  return ruleAt(rule, below, factsOn(rules, action, false))
}

/** The rule of `canList`: who may do this with no record sees an empty list. */
export function canListRule(
  policy: PolicyFacts,
  { action, resource }: Question,
  below: Function,
): AnyMiddleware {
  const rules = rulesFor(policy, { action, resource }, below)
  const rule = middleware({
    ...commonOf(policy, `${action} ${resource} (list)`),
    stage: 'authorize',
    adds: ['visible'],
    isPerCaller: true,
    describe: { errors: [ForbiddenError] },
    run: (ctx: Seen) => {
      assertKnown(policy, ctx)
      return { visible: rules.conditionOf(action, ctx) }
    },
  } as never)
  return ruleAt(rule as AnyMiddleware, below, factsOn(rules, action, true))
}

function factsOn(rules: RulesOf, action: string, isList: boolean): RuleFacts {
  return { notes: notesOn(rules, action), questions: [questionOf(rules, action, isList)] }
}

/** Who may do something sees no more than who may read, unless that action has fields of its own. */
function questionOf(rules: RulesOf, action: string, isList: boolean): RuleFacts['questions'][number] {
  const own = rules.fieldsOf(action)
  const asked = own.length === 0 && rules.has('read') ? 'read' : action
  return {
    rule: `${asked} of ${rules.name}`,
    fields: rules.fieldsOf(asked),
    columns: rules.columns,
    isList,
  }
}

/** For `keelson check`: null is equal to no null, which a rule may not have meant. */
function notesOn(rules: RulesOf, action: string): readonly string[] {
  const columns = new Set(rules.look(action).flatMap(({ compared }) => [...compared]))
  return [...columns]
    .filter((column) => rules.mayBeNull(column))
    .map(
      (column) =>
        `The rule ${action} of ${rules.name} compares ${column}, which may be null, with a value of the caller: of two nulls it does not hold. Where it should, write isNull().`,
    )
}

function commonOf(policy: PolicyFacts, name: string): object {
  return {
    name,
    needs: needs<Subject>(...(policy.names as [string])),
    narrows: policy.anonymous ? [] : ['user'],
  }
}

function assertKnown({ anonymous }: PolicyFacts, ctx: Seen): void {
  if (!anonymous) assertUser(ctx['user'])
}

function denied(ctx: BaseContext, name: string, detail: string | undefined): Refusal {
  const reason = `The rule ${name} does not hold for the caller.`
  publishDenied(ctx, { by: name, reason })
  return refuse(reason, { detail })
}

/** The rules of a resource that has one for this action. */
export function rulesFor(
  { resources }: PolicyFacts,
  { action, resource }: Question,
  below: Function,
): RulesOf {
  const rules = resources.get(resource)
  if (rules === undefined)
    wrongCall(`There is no resource '${resource}'.`, `Use one of ${[...resources.keys()].join(', ')}.`, below)
  if (!rules.has(action))
    wrongCall(
      `${resource} has no rule '${action}': nobody may do it.`,
      `Use one of ${rules.actions.join(', ')}, or write the rule.`,
      below,
    )
  return rules
}

function wrongCall(message: string, remedy: string, below: Function): never {
  return refuseCall([{ message, remedy }], { name: below.name, below: below as never }) as never
}
