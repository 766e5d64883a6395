import type { BaseContext } from '@keelson/core'
import { isPromise, refuseCall } from '@keelson/core/options'
import { isAdditionOf } from './any-rule.ts'
import type { AllOfRules, Rules } from './combined-types.ts'
import { factsOf, ruleAt } from './rule-at.ts'
import { assertRules, combinedRule, type RunRule } from './rule-parts.ts'

/**
 * An access rule that admits whom all of these admit, each of which finds what those before it add. A list in `access` says the same, `[a, b]`; this
 * one stands within {@link anyRule}, or has a name of its own.
 *
 * @throws {SetupError} `ERR_CORE_OPTION` for what is not an access rule, one that has other parts than `run`, and two that add the same name
 * @example
 * const settle = anyRule(role('admin'), allRules(ability('orders:settle'), recent({ withinMs: 600_000 })))
 */
export function allRules<const T extends Rules>(...rules: T): AllOfRules<T> {
  assertRules(rules, allRules)
  const adds = rules.flatMap((rule) => rule.adds)
  const twice = adds.find((name, at) => adds.indexOf(name) < at)
  if (twice !== undefined)
    refuseCall(
      [{ message: `Two of its rules add '${twice}'.`, remedy: 'Give what one of them loads another name.' }],
      {
        name: 'allRules',
        below: allRules as never,
      },
    )
  const made = combinedRule(rules, {
    name: rules.map(({ name }) => (name.includes(' or ') ? `(${name})` : name)).join(' and '),
    adds,
    needs: needsOf(rules),
    narrows: [...new Set(rules.flatMap((rule) => rule.narrows ?? []))],
    run: (runs) => (ctx) => runAll({ runs, rules, ctx }, 0),
  })
  return ruleAt(made, allRules, factsOf(rules)) as AllOfRules<T>
}

/** What none of those before adds. */
function needsOf(rules: Rules): readonly string[] {
  const found = rules.flatMap((rule, at) => {
    const before = rules.slice(0, at).flatMap(({ adds }) => adds)
    return rule.needs.filter((name) => !before.includes(name))
  })
  return [...new Set(found)]
}

interface Asking {
  readonly runs: readonly RunRule[]
  readonly rules: Rules
  readonly ctx: BaseContext
}

/** What they add is on the context at once, where the next one finds it. An answer ends the request. */
function runAll(asking: Asking, from: number): unknown {
  const { runs, rules, ctx } = asking
  for (let at = from; at < runs.length; at++) {
    const given = runs[at]!(ctx)
    if (isPromise(given))
      return Promise.resolve(given).then((one) => (place(one, at, asking) ? one : runAll(asking, at + 1)))
    if (place(given, at, { rules, ctx })) return given
  }
  return undefined
}

/** Whether it ends the request. */
function place(given: unknown, at: number, { rules, ctx }: Pick<Asking, 'rules' | 'ctx'>): boolean {
  if (given === undefined || given === null) return false
  if (!isAdditionOf(rules[at]!, given)) return true
  Object.assign(ctx, given)
  return false
}
