import { FrameworkError, type AnyMiddleware, type BaseContext } from '@keelson/core'
import { isPlain, isPromise } from '@keelson/core/options'
import { isSomebody } from '../schemes/index.ts'
import { attemptOn } from './attempt.ts'
import type { AnyOfRules, Rules } from './combined-types.ts'
import { factsOf, ruleAt } from './rule-at.ts'
import { assertRules, combinedRule, type RunRule } from './rule-parts.ts'

/**
 * An access rule that admits whom one of these admits. They are asked in order; what fails otherwise than by a refusal, a store that is down,
 * ends the request. Behind it the context has what all of them add, and is as narrow as all of them make it.
 *
 * Where none admits the caller, one refusal is answered: 401 without a user; else 404 where one of the rules would not tell of its record; else
 * 401 where a newer sign-in would do; else 403. The log has the reasons of all. What a rule of a list would say, `[a, b]` in `access`, is {@link allRules}.
 *
 * @throws {SetupError} `ERR_CORE_OPTION` for what is not an access rule, and for one that has other parts than `run`
 * @example
 * const purge = web.delete('/orders', { access: anyRule(role('admin'), ability('orders:purge')), response: { 204: null } }, () => reply(204))
 */
export function anyRule<const T extends Rules>(...rules: T): AnyOfRules<T> {
  assertRules(rules, anyRule)
  const adds = commonNames(rules, (rule) => rule.adds)
  const made = combinedRule(rules, {
    name: rules.map(({ name }) => (name.includes(' and ') ? `(${name})` : name)).join(' or '),
    adds,
    needs: [...new Set(rules.flatMap((rule) => rule.needs))],
    narrows: commonNames(rules, (rule) => rule.narrows ?? []),
    run: (runs) => (ctx) => firstOf({ runs, rules, adds, ctx, told: [], refusals: [] }, 0),
  })
  return ruleAt(made, anyRule, factsOf(rules)) as AnyOfRules<T>
}

function commonNames(rules: Rules, of: (rule: AnyMiddleware) => readonly string[]): readonly string[] {
  return of(rules[0]).filter((name) => rules.every((rule) => of(rule).includes(name)))
}

interface Asking {
  readonly runs: readonly RunRule[]
  readonly rules: Rules
  readonly adds: readonly string[]
  readonly ctx: BaseContext
  /** What is told where nobody admits. */
  readonly told: (() => void)[]
  readonly refusals: FrameworkError[]
}

/** The first that admits, from one on. */
function firstOf(asking: Asking, from: number): unknown {
  const { runs, ctx, told } = asking
  for (let at = from; at < runs.length; at++) {
    const attempt = attemptOn(ctx, told)
    try {
      const given = runs[at]!(attempt)
      if (isPromise(given))
        return Promise.resolve(given).then(
          (one) => admitted(asking, { at, attempt, given: one }),
          (error: unknown) => {
            keepRefusal(asking, error)
            return firstOf(asking, at + 1)
          },
        )
      return admitted(asking, { at, attempt, given })
    } catch (error) {
      keepRefusal(asking, error)
    }
  }
  for (const tell of told) tell()
  throw mostTelling(asking)
}

function keepRefusal({ refusals }: Asking, error: unknown): void {
  if (!FrameworkError.is(error) || ![401, 403, 404].includes(error.status)) throw error
  refusals.push(error as FrameworkError)
}

/** Of what the rule adds, what all of them add. An answer of it goes out as it is. */
function admitted(
  { adds, rules }: Asking,
  { at, attempt, given }: { readonly at: number; readonly attempt: BaseContext; readonly given: unknown },
): unknown {
  const isAddition = given === undefined || given === null || isAdditionOf(rules[at]!, given)
  if (!isAddition) return given
  const all = { ...(attempt as object), ...given } as Record<string, unknown>
  const common = adds.filter((name) => name in all).map((name) => [name, all[name]])
  return common.length === 0 ? undefined : Object.fromEntries(common)
}

/** What has other names is an answer, or a slip that the pipeline refuses. */
export function isAdditionOf({ adds }: AnyMiddleware, given: unknown): given is object {
  return isObject(given) && isPlain(given) && Object.keys(given).every((name) => adds.includes(name))
}

function mostTelling({ refusals, ctx }: Asking): FrameworkError {
  const { user } = ctx as { readonly user?: unknown }
  const order = isSomebody(user) ? [404, 401, 403] : [401, 404, 403]
  const found = order.map((status) => refusals.find((one) => one.status === status))
  return found.find((one) => one !== undefined)!
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
