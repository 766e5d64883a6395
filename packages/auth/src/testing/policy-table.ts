import { anything, checkCallOptions, optionTable, required, text } from '@keelson/core/options'
import type { Policy, Resources } from '../policy/index.ts'
import { problemsOfNames, rowsOf, type PolicyNames, type PolicyRow } from './policy-cells.ts'
import { PolicyTableError, type PolicyTableDifference } from './policy-table-error.ts'
import { keyOf, readTable } from './read-table.ts'
import { writeTable } from './write-table.ts'

/** What {@link policyTable} compares. */
export interface PolicyTableOptions<TSubject, R extends Resources> {
  /** Callers by the name of their column: what rules know of them, `{ user }`. */
  readonly subjects: { readonly [column: string]: TSubject }
  /** Records by resource and by the name that rows give them. */
  readonly records?: { readonly [N in keyof R]?: { readonly [name: string]: R[N]['~row'] } } | undefined
  /**
   * Who may do what. A line with the name of a resource and the columns begins a part; each line below has an action, the name of a record
   * where the rule looks at one, and `yes` or `no` for each column.
   */
  readonly expect: string
}

const POLICY_TABLE_OPTIONS = optionTable<PolicyTableOptions<unknown, Resources>>({
  subjects: required(
    anything('Callers by the name of their column.', { what: 'an object: { ada: { user } }' }),
  ),
  records: anything('Records by resource and name.', { what: 'an object: { Order: { hers: { … } } }' }),
  expect: required(text('Who may do what.')),
})

/**
 * Holds a policy to a table of who may do what. Each action of each resource is asked for each subject, with each record where its rule looks
 * at the record; a cell that the table does not have fails as one does that is wrong. An action that is new in the policy fails until the
 * table says who has it. It throws, so that any test runner will do.
 *
 * @throws {PolicyTableError} with a line for each cell that is wrong, is missing, or cannot be read
 * @throws {ArgumentError} `ERR_CORE_ARGUMENT` for options that do not exist
 * @example
 * interface Order { readonly customerId: string; readonly isOpen: boolean }
 * const policy = definePolicy<{ user: { id: string; isBuyer: boolean } }>()((resource) => ({
 *   Order: resource<Order>()(({ when, where }) => ({
 *     create: when(({ user }) => user.isBuyer),
 *     read: where(({ user }, order) => order.customerId.is(user.id)),
 *   })),
 * }))
 * policyTable(policy, {
 *   subjects: { ada: { user: { id: 'ada', isBuyer: true } }, eve: { user: { id: 'eve', isBuyer: false } } },
 *   records: { Order: { hers: { customerId: 'ada', isOpen: true } } },
 *   expect: `
 *     Order         ada  eve
 *     create        yes  no
 *     read    hers  yes  no
 *   `,
 * })
 */
export function policyTable<TSubject, R extends Resources>(
  policy: Policy<TSubject, R>,
  options: PolicyTableOptions<TSubject, R>,
): void {
  checkCallOptions(POLICY_TABLE_OPTIONS, options, { name: 'policyTable', below: policyTable as never })
  const { subjects, records = {}, expect } = options
  const names = { ...policy['~internal'], subjects, records: records as PolicyNames['records'] }
  const allows = policy.allows as unknown as Ask
  const ask = ({ resource, action, record }: PolicyRow, subject: string): boolean =>
    allows(
      subjects[subject],
      action,
      resource,
      record === undefined ? undefined : names.records[resource]?.[record],
    )
  const read = readTable(expect, names)
  const rows = rowsOf(names)
  const differences = rows.flatMap((row) =>
    Object.keys(subjects).flatMap((subject): PolicyTableDifference[] => {
      const expected = read.rows.get(keyOf(row))?.get(subject)
      const found = ask(row, subject)
      return expected === found ? [] : [{ ...row, subject, expected, found }]
    }),
  )
  const problems = [...problemsOfNames(names), ...read.problems]
  if (differences.length === 0 && problems.length === 0) return
  throw new PolicyTableError(differences, problems, writeTable(rows, Object.keys(subjects), ask))
}

type Ask = (subject: unknown, ...question: readonly [string, string, unknown]) => boolean
