// Everything that can be asked of a policy: a cell for each action, subject and record.
import type { PolicyInspection } from '../policy/index.ts'

/** A question: may this subject do this? */
export interface PolicyCell {
  readonly resource: string
  readonly action: string
  /** Name of the record; absent where the rule knows the caller alone. */
  readonly record?: string | undefined
  readonly subject: string
}

/** The questions of a row, which differ in their subject alone. */
export type PolicyRow = Omit<PolicyCell, 'subject'>

type ByName<T> = Readonly<Record<string, T>>

/** What a table is about. */
export interface PolicyNames {
  readonly actions: PolicyInspection['actions']
  readonly subjects: ByName<unknown>
  readonly records: ByName<ByName<unknown> | undefined>
}

/** All rows, in the order of policy and records. */
export function rowsOf({ actions, records }: PolicyNames): readonly PolicyRow[] {
  return Object.entries(actions).flatMap(([resource, rules]) =>
    Object.entries(rules).flatMap(([action, looks]): PolicyRow[] =>
      looks
        ? Object.keys(records[resource] ?? {}).map((record) => ({ resource, action, record }))
        : [{ resource, action }],
    ),
  )
}

/** What makes it impossible to write a table of these names. */
export function problemsOfNames({ actions, subjects, records }: PolicyNames): readonly string[] {
  const names = [subjects, ...Object.values(records)].flatMap((one) => Object.keys(one ?? {}))
  const unwritten = names.filter((name) => !/^\S+$/.test(name))
  const unknown = Object.keys(records).filter((resource) => !Object.hasOwn(actions, resource))
  const bare = Object.entries(actions).filter(
    ([resource, rules]) =>
      Object.values(rules).includes(true) && Object.keys(records[resource] ?? {}).length === 0,
  )
  return [
    ...unwritten.map((name) => `A name in a table has no blanks: ${JSON.stringify(name)} has.`),
    ...unknown.map((resource) => `records has ${resource}, and the policy no such resource.`),
    ...bare.map(
      ([resource]) =>
        `Rules of ${resource} look at the record: records needs some, { ${resource}: { name: … } }.`,
    ),
  ]
}
