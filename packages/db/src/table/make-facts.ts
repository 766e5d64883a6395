// From the drafts of columns to the facts of a table, with all problems of it.
import type { SetupProblem } from '@keelson/core'
import { InvalidValueError } from '../errors.ts'
import type { ColumnDraft } from './column-draft.ts'
import type { ColumnFacts, ReferenceFacts, TableFacts } from './contract.ts'
import { constraintName, snakeCase } from './names.ts'
import { errorsOfKey, indexesOf, type GivenTable } from './table-keys.ts'
import { problemsOf } from './table-problems.ts'

/** The facts of a table, and what is wrong with it. */
export function factsOfTable({ name, drafts, options }: GivenTable): {
  readonly facts: TableFacts
  readonly problems: readonly SetupProblem[]
} {
  const columns = Object.entries(drafts).map(([property, draft]) => columnFacts(property, draft))
  const byProperty = new Map(columns.map((column) => [column.property, column]))
  const toName = (property: string): string => byProperty.get(property)?.name ?? property
  const references = referencesOf(name, drafts, toName)
  const facts: TableFacts = Object.freeze({
    name,
    columns: Object.freeze(columns),
    byProperty,
    primary: columns.filter(({ isPrimary }) => isPrimary),
    primaryError: errorsOfKey(drafts, options)[0],
    version: columns.find(({ made }) => made === 'version'),
    softDelete: options.softDelete === undefined ? undefined : byProperty.get(options.softDelete),
    indexes: indexesOf({ name, drafts, options, references, toName }),
    references,
    checks: new Map(Object.entries(options.checks ?? {})),
    was: options.was,
    storage: options.storage,
  })
  return { facts, problems: problemsOf(facts, drafts, options) }
}

/** What no database keeps in a text, whatever its limits. */
function isNoText(value: unknown): boolean {
  return typeof value === 'string' && /\0|\p{Surrogate}/u.test(value)
}

function withReason({ expected, reason }: ColumnDraft, value: unknown): string {
  const why = reason?.(value)
  return why === undefined ? expected : `${expected} (${why})`
}

function columnFacts(property: string, draft: ColumnDraft): ColumnFacts {
  const { kind, limits, schema, canonical, as } = draft
  // Clients see the message, which therefore names no table.
  const refuse = (value: unknown): never => {
    const expected =
      kind === 'text' && limits.values === undefined && isNoText(value)
        ? 'a well-formed text without NUL'
        : withReason(draft, value)
    throw new InvalidValueError({
      message: `'${property}' must be ${expected}.`,
      details: { property, expected },
    })
  }
  return Object.freeze({
    property,
    name: draft.name ?? snakeCase(property),
    kind,
    isNullable: draft.isNullable,
    isPrimary: draft.isPrimary,
    isHidden: draft.isHidden,
    made: draft.made,
    isTouched: draft.isTouched,
    default: draft.made === 'default' && draft.default !== null ? canonical(draft.default) : draft.default,
    isCaseInsensitive: draft.isCaseInsensitive,
    was: draft.was,
    sqlType: draft.sqlType,
    limits,
    schema,
    as,
    canonical: (value: unknown) => canonical(value) ?? refuse(value),
  })
}

function referencesOf(
  table: string,
  drafts: GivenTable['drafts'],
  toName: (property: string) => string,
): ReferenceFacts[] {
  return Object.entries(drafts).flatMap(([property, { reference }]) => {
    if (reference === undefined) return []
    const { to, onDelete, onUpdate, error, inUse, as, inverse } = reference
    const name = constraintName(table, [toName(property)], 'fkey')
    return [{ name, columns: [property], to, onDelete, onUpdate, error, inUse, as, inverse }]
  })
}
