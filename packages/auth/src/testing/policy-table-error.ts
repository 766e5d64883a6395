import type { PolicyCell } from './policy-cells.ts'

/** A cell in which a table is not what its policy does. */
export interface PolicyTableDifference extends PolicyCell {
  /** What the table says; absent where it has no such cell. */
  readonly expected?: boolean | undefined
  /** What the policy says. */
  readonly found: boolean
}

/** A table of who may do what is not what the policy does. The message has each cell, then the table as the policy has it. */
export class PolicyTableError extends Error {
  override readonly name = 'PolicyTableError'
  readonly differences: readonly PolicyTableDifference[]
  /** What cannot be read. */
  readonly problems: readonly string[]

  constructor(differences: readonly PolicyTableDifference[], problems: readonly string[], table: string) {
    const lines = [...problems, ...differences.map(sentenceOf)].map((line) => `  - ${line}`)
    super(
      `The table is not what the policy does:\n${lines.join('\n')}\n\nThe policy, as a table:\n${table}\n`,
    )
    this.differences = differences
    this.problems = problems
  }
}

function sentenceOf({ resource, action, record, subject, expected, found }: PolicyTableDifference): string {
  const what = `${action} ${resource}${record === undefined ? '' : ` ${record}`}, ${subject}`
  const says = `the policy says ${wordOf(found)}`
  return expected === undefined
    ? `${what}: the table has no cell, ${says}.`
    : `${what}: the table says ${wordOf(expected)}, ${says}.`
}

export function wordOf(admits: boolean): string {
  return admits ? 'yes' : 'no'
}
