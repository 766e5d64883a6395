import { callSite } from '@keelson/core/options'
import type { AnyMiddleware } from '@keelson/core'

/** A question that a rule asks a policy. */
export interface PolicyQuestion {
  /** The rule, for people: `read of Order`. */
  readonly rule: string
  /** Columns that not everybody sees who may do the action. */
  readonly fields: readonly string[]
  /** All columns of the resource, where they are known. */
  readonly columns: readonly string[] | undefined
  /** Whether it gives `visible` for a list. */
  readonly isList: boolean
}

/** What a rule tells `keelson check`. */
export interface RuleFacts {
  /** What somebody should look at, a sentence each. */
  readonly notes: readonly string[]
  readonly questions: readonly PolicyQuestion[]
}

type Telling = AnyMiddleware & Partial<{ '~notes': RuleFacts['notes']; '~questions': RuleFacts['questions'] }>

/**
 * A rule whose place is where the app wrote it, not where this package made it: the caller of `below`.
 *
 * @param facts - what it tells `keelson check`
 */
export function ruleAt<T extends AnyMiddleware>(
  rule: T,
  below: Function,
  { notes, questions }: RuleFacts = { notes: [], questions: [] },
): T {
  const source = callSite(below as never)
  return Object.freeze(
    Object.defineProperties(
      {},
      {
        ...Object.getOwnPropertyDescriptors(rule),
        source: { get: source, enumerable: true },
        isPerCaller: { value: questions.some(hasFields) || rule.isPerCaller, enumerable: true },
        '~notes': { value: Object.freeze([...notes]) },
        '~questions': { value: Object.freeze([...questions]) },
      },
    ),
  ) as T
}

/** Who may call, may not see the same. */
function hasFields({ fields }: PolicyQuestion): boolean {
  return fields.length > 0
}

/** What the rules within another tell `keelson check`. */
export function factsOf(rules: readonly AnyMiddleware[]): RuleFacts {
  return {
    notes: rules.flatMap((rule: Telling) => rule['~notes'] ?? []),
    questions: rules.flatMap((rule: Telling) => rule['~questions'] ?? []),
  }
}
