// Where a value cannot be: names of tables and columns are not values, and `order by ?` orders by nothing.
import type { Token } from './tokens.ts'

const TABLE = 'A value stands where a table belongs. Write ${sql.table(Orders)}.'
const COLUMN = "A value stands where a column belongs. Write ${sql.ref(Orders, 'createdAt')}."

/** The parts of a statement that say what stands in them. */
const CLAUSES: ReadonlySet<string> = new Set([
  'select',
  'delete',
  'update',
  'where',
  'by',
  'having',
  'limit',
  'offset',
  'fetch',
  'window',
  'union',
  'returning',
  'values',
  'set',
])
const BEFORE_TABLE: ReadonlySet<string> = new Set(['join', 'into', 'update', 'table'])
/** What follows a whole item of `order by` and `group by`. */
const AFTER_ITEM: ReadonlySet<string> = new Set(['', ',', ')', 'asc', 'desc', 'nulls', 'having', 'limit'])

/** What is wrong with the place of a value; undefined where each stands where a value may. */
export function misplacedValue(tokens: readonly Token[]): string | undefined {
  // The clause at each depth of parentheses.
  const clauses: string[] = ['']
  for (const [at, { kind, text }] of tokens.entries()) {
    const clause = clauses.at(-1) ?? ''
    const before = tokens[at - 1]?.text ?? ''
    if (kind === 'parameter') {
      const problem = problemAt(clause, before, tokens[at + 1]?.text ?? '')
      if (problem !== undefined) return problem
    } else if (text === '(') clauses.push('')
    else if (text === ')') clauses.pop()
    else if (kind === 'word') clauses[clauses.length - 1] = clauseOf(text, before, clause)
  }
  return undefined
}

/** Not every FROM names tables: `is distinct from`, `extract(year from …)`. */
function clauseOf(word: string, before: string, clause: string): string {
  if (word !== 'from') return CLAUSES.has(word) ? word : clause
  return before !== 'distinct' && (clause === 'select' || clause === 'delete') ? 'from' : clause
}

function problemAt(clause: string, before: string, after: string): string | undefined {
  if (BEFORE_TABLE.has(before) || (before === 'from' && clause === 'from')) return TABLE
  if (before === '.' || (before === 'set' && after === '=')) return COLUMN
  const isItem = clause === 'by' && (before === 'by' || before === ',') && AFTER_ITEM.has(after)
  return isItem ? COLUMN : undefined
}
