import {
  checkOptions,
  flag,
  listOf,
  optionTable,
  refuseCall,
  text,
  withDefaults,
  type WithDefaults,
} from '@keelson/core/options'
import { canListRule, canRule, rulesFor, type PolicyFacts } from './can.ts'
import type { Can, CanList, PolicyInspection, PolicyRules, Resources } from './contract.ts'
import { resourceFactory } from './resource.ts'
import { RulesOf, type Subject } from './rules-of.ts'

/** Options of {@link definePolicy}. */
export interface PolicyOptions<TNames = string> {
  /** Names on the context that rules read besides `user`. Default none. */
  readonly names?: readonly TNames[] | undefined
  /** Whether rules are asked for callers who are not signed in, with `user` `undefined`. Default `false`: these get 401. */
  readonly anonymous?: boolean | undefined
}

type SecondCall = 'The rules come in a second call: definePolicy<…>()((resource) => ({ … })).'

/** What must be said of a subject that the compiler alone knows. */
type OptionsOf<TSubject, TText = SecondCall> = {
  // For the compiler to print, where the rules are given in the first call.
  readonly '~message'?: TText
  readonly names?: readonly Exclude<keyof TSubject & string, 'user'>[]
} & ([Exclude<keyof TSubject, 'user'>] extends [never]
  ? {}
  : { readonly names: readonly Exclude<keyof TSubject & string, 'user'>[] }) &
  (TSubject extends { readonly user: infer U }
    ? undefined extends U
      ? { readonly anonymous: true }
      : { readonly anonymous?: false }
    : { readonly anonymous: true })

type Arguments<TSubject> =
  {} extends OptionsOf<TSubject>
    ? readonly [options?: OptionsOf<TSubject>]
    : readonly [options: OptionsOf<TSubject>]

const POLICY_OPTIONS = optionTable<PolicyOptions>({
  names: listOf(
    text('A name on the context.', { minLength: 1 }),
    'Names on the context that rules read besides `user`.',
  ),
  anonymous: flag('Whether rules are asked for callers who are not signed in.', { default: false }),
})

/**
 * Says who may do what: rules by resource and action, written once, and asked of single records, of lists, and in the database. What no rule
 * allows is denied; no rule denies.
 *
 * @throws {SetupError} `ERR_CORE_OPTION` for what is not a rule, and for `can` and `canList` with names that are not there
 * @example
 * interface User { readonly id: string; readonly roles: readonly string[] }
 * interface Order { readonly id: string; readonly customerId: string }
 * export const { can, canList } = definePolicy<{ user: User }>()((resource) => ({
 *   Order: resource<Order>()(({ when, where }) => ({
 *     create: when(({ user }) => user.roles.includes('buyer')),
 *     read: where(({ user }, order) => user.roles.includes('support') || order.customerId.is(user.id)),
 *   })),
 * }))
 */
export function definePolicy<TSubject extends object>(
  ...given: Arguments<TSubject>
): PolicyRules<TSubject, SecondCall> {
  const [options = {}] = given as readonly [PolicyOptions?]
  checkOptions(POLICY_OPTIONS, options, { name: 'definePolicy', below: definePolicy as never })
  const { names = [], anonymous } = withDefaults<WithDefaults<PolicyOptions, 'anonymous'>>(
    POLICY_OPTIONS,
    options,
  )
  return (define) => {
    const resources = define(resourceFactory as never)
    const facts: PolicyFacts = {
      names: ['user', ...names],
      anonymous,
      resources: rulesByName(resources),
    }
    refuseCall(problemsOf(facts), { name: 'definePolicy', below: definePolicy as never })
    const can = (action: string, resource: string, loading?: { load: (ctx: never) => unknown }): unknown =>
      canRule(facts, { action, resource, load: loading?.load }, can)
    const canList = (action: string, resource: string): unknown =>
      canListRule(facts, { action, resource }, canList)
    const allows = (
      subject: Subject,
      ...[action, resource, record]: readonly [string, string, Subject?]
    ): boolean => facts.resources.get(resource)?.admits(action, subject, record) ?? false
    const pick = (
      subject: Subject,
      ...[action, resource, record]: readonly [string, string, Subject]
    ): Subject => rulesFor(facts, { action, resource }, pick).pick(action, subject, record)
    return Object.freeze({
      can: can as unknown as Can<TSubject, never>,
      canList: canList as unknown as CanList<TSubject, never>,
      allows,
      pick,
      '~internal': { actions: actionsOf(facts.resources) },
    }) as never
  }
}

function rulesByName(resources: Resources): ReadonlyMap<string, RulesOf> {
  return new Map(Object.entries(resources).map(([name, resource]) => [name, new RulesOf(name, resource)]))
}

function actionsOf(resources: PolicyFacts['resources']): PolicyInspection['actions'] {
  const entries = Array.from(resources, ([name, rules]) => {
    const actions = rules.actions.map((action) => [action, rules.looks(action)] as const)
    return [name, Object.fromEntries(actions)] as const
  })
  return Object.fromEntries(entries)
}

interface CallProblem {
  readonly message: string
  readonly remedy: string
}

/** What the start sees that no rule can mean. */
function problemsOf({ resources }: PolicyFacts): readonly CallProblem[] {
  return [...resources.values()].flatMap((rules) =>
    rules.actions.flatMap((action) => {
      const name = `The rule ${action} of ${rules.name}`
      return rules
        .look(action)
        .flatMap(({ empty, dropped }) => [
          ...[...empty].map((op) => emptyList(name, op)),
          ...[...dropped].map((column) => droppedComparison(name, column)),
        ])
    }),
  )
}

function emptyList(name: string, op: 'all' | 'any'): CallProblem {
  return {
    message: `${name} calls ${op}() without members.`,
    remedy: `Give it members; for ${op === 'all' ? 'every record write true' : 'none write false'}.`,
  }
}

function droppedComparison(name: string, column: string): CallProblem {
  return {
    message: `${name} compares ${column}, and omits that from what it gives.`,
    remedy:
      'Join conditions by all(…) and any(…): && and || take one of them. What only some callers need, compare where it is given.',
  }
}
