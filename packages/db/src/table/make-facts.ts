// From the drafts of columns to the facts of a table, with all problems of it.
import type { ErrorDefinition, SetupProblem } from '@keelson/core'
import { InvalidValueError } from '../errors.ts'
import type { ColumnDraft } from './column-draft.ts'
import { errorProblems } from './column-builder.ts'
import type { ColumnFacts, IndexFacts, ReferenceFacts, TableFacts } from './contract.ts'
import { constraintName, isDatabaseName, snakeCase } from './names.ts'
import type { IndexOptions, TableOptions } from './table.ts'

/** What `table()` is given, apart from types. */
export interface GivenTable {
  readonly name: string
  readonly drafts: Readonly<Record<string, ColumnDraft>>
  readonly options: TableOptions
}

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

function keyOf(drafts: GivenTable['drafts']): string[] {
  return Object.keys(drafts).filter((property) => drafts[property]?.isPrimary === true)
}

/** What the columns of the key, and a unique index on just these, say of a row that has it already. */
function errorsOfKey(
  drafts: GivenTable['drafts'],
  { unique = [] }: TableOptions,
): readonly ErrorDefinition[] {
  const key = keyOf(drafts)
  const [only] = key
  const errors = [
    ...key.map((property) => drafts[property]?.primaryError),
    ...(only !== undefined && key.length === 1 ? [drafts[only]?.unique?.error] : []),
    ...unique.map(({ columns, error }) => (isSameSet(columns, key) ? error : undefined)),
  ]
  return [...new Set(errors.filter((error) => error !== undefined))]
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((one) => b.includes(one))
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

interface IndexParts extends GivenTable {
  readonly references: readonly ReferenceFacts[]
  readonly toName: (property: string) => string
}

function indexesOf({ name, drafts, options, references, toName }: IndexParts): IndexFacts[] {
  const of = (columns: readonly string[], given: GivenIndex = {}): IndexFacts => ({
    name: given.name ?? constraintName(name, columns.map(toName), given.isUnique === true ? 'key' : 'idx'),
    columns,
    isUnique: given.isUnique === true,
    isNamed: given.name !== undefined,
    error: given.error,
  })
  const primary = keyOf(drafts)
  const given = [
    ...Object.entries(drafts).flatMap(([property, { unique }]) =>
      unique === undefined ? [] : [of([property], { isUnique: true, error: unique.error })],
    ),
    ...(options.unique ?? []).map((unique) => of(unique.columns, { ...unique, isUnique: true })),
    ...indexOptions(options).map((index) => of(index.columns, { name: index.name })),
  ]
  // The key is unique by itself.
  const indexes = given.filter(
    ({ columns, isUnique }) => !isUnique || columns.join(' ') !== primary.join(' '),
  )
  const begins = [primary, ...indexes.map(({ columns }) => columns)]
  // Without one, a deletion of what is referred to reads the whole table.
  const missing = references.filter(
    ({ columns: own }) =>
      own.every((property) => drafts[property]?.reference?.hasIndex === true) &&
      !begins.some((columns) => own.every((column, at) => columns[at] === column)),
  )
  return [...indexes, ...missing.map(({ columns }) => of(columns))]
}

interface GivenIndex {
  readonly name?: string | undefined
  readonly isUnique?: boolean
  readonly error?: IndexFacts['error']
}

/** Indexes in their long form. */
function indexOptions({ indexes = [] }: TableOptions): readonly IndexOptions[] {
  return indexes.map((index) => (isList(index) ? { columns: index } : index))
}

function isList(index: readonly string[] | IndexOptions): index is readonly string[] {
  return Array.isArray(index)
}

function problemsOf(facts: TableFacts, drafts: GivenTable['drafts'], options: TableOptions): SetupProblem[] {
  return [
    ...nameProblems(facts),
    ...Object.entries(drafts).flatMap(([property, draft]) => draftProblems(facts, property, draft)),
    ...keyProblems(facts),
    ...versionProblems(facts, drafts),
    ...keyErrorProblems(facts, errorsOfKey(drafts, options)),
    ...optionProblems(facts, options),
  ]
}

function problem(place: string, message: string, remedy: string): SetupProblem {
  return { code: 'ERR_DB_TABLE', place, message, remedy }
}

function nameProblems({ name, columns, primary, indexes, checks }: TableFacts): SetupProblem[] {
  const given = [...indexes.flatMap((index) => (index.isNamed ? [index.name] : [])), ...checks.keys()]
  const own = { what: 'Its name', remedy: 'Give it another name.' }
  const problems = [
    ...longName(name, { ...own, place: `table('${name}')` }),
    ...columns.flatMap((column) => columnName(name, column)),
    ...given.flatMap((of) => longName(of, { ...own, place: `${name}, ${of}` })),
  ]
  if (primary.length === 0)
    problems.push(problem(name, 'It has no primary key.', 'Declare one: id: uuid().primary().'))
  for (const [at, column] of columns.entries()) {
    const twin = columns.findIndex((other) => other.name.toLowerCase() === column.name.toLowerCase())
    if (twin !== at)
      problems.push(
        problem(
          `${name}.${column.property}`,
          `Its column in the database is '${column.name}', as that of ${columns[twin]?.property}.`,
          `Rename one, or write .named('…').`,
        ),
      )
  }
  return problems
}

/** Rows have the names of properties, which the select list gives to the database. */
function columnName(table: string, { property, name }: ColumnFacts): SetupProblem[] {
  const place = `${table}.${property}`
  if (!/^[a-z][A-Za-z0-9]*$/.test(property))
    return [
      problem(
        place,
        'Its property is not camelCase, by which its column is named.',
        "Write it in camelCase, and the name of another column as named('…').",
      ),
    ]
  return isDatabaseName(property)
    ? longName(name, { place, what: 'The name of its column', remedy: "Write a shorter one: .named('…')." })
    : longName(property, { place, what: 'The name of its property', remedy: 'Give it a shorter name.' })
}

function longName(
  name: string,
  { place, what, remedy }: { readonly place: string; readonly what: string; readonly remedy: string },
): SetupProblem[] {
  return isDatabaseName(name) ? [] : [problem(place, `${what} is not one of 1 to 63 bytes.`, remedy)]
}

function draftProblems(
  { name, byProperty }: TableFacts,
  property: string,
  draft: ColumnDraft,
): SetupProblem[] {
  const place = `${name}.${property}`
  const problems = draft.problems.map(({ message, remedy }) => problem(place, message, remedy))
  if (draft.made === 'default' && isBadDefault(draft, byProperty.get(property)?.default))
    problems.push(
      problem(place, `Its default is not ${draft.expected}.`, 'Give a default that the column takes.'),
    )
  if (draft.isPrimary && draft.isNullable)
    problems.push(problem(place, 'It is a key that may be null.', 'Omit nullable(), or primary().'))
  if (draft.reference?.onDelete === 'set null' && !draft.isNullable)
    problems.push(
      problem(place, "It cannot be null, as onDelete: 'set null' would make it.", 'Write .nullable().'),
    )
  return problems
}

function isBadDefault(draft: ColumnDraft, canonical: unknown): boolean {
  return draft.default === null ? !draft.isNullable : canonical === undefined
}

/** Bytes of a character in the widest encoding of a server: utf8mb4. */
const CHARACTER_BYTES = 4

function keyProblems({ name, primary, indexes, byProperty }: TableFacts): SetupProblem[] {
  const keys = [{ columns: primary.map(({ property }) => property) }, ...indexes]
  return keys.flatMap(({ columns }) => {
    const facts = columns.flatMap((property) => byProperty.get(property) ?? [])
    const unordered = facts.find(({ kind }) => kind === 'json')
    if (unordered !== undefined)
      return [
        problem(
          `${name}.${unordered.property}`,
          'It is a key, unique or indexed, and JSON has no order.',
          'Index a column of its own.',
        ),
      ]
    const unbounded = facts.find(
      ({ kind, limits, sqlType }) =>
        (kind === 'text' || kind === 'bytes') && limits.maxLength === undefined && sqlType === undefined,
    )
    if (unbounded !== undefined)
      return [
        problem(
          `${name}.${unbounded.property}`,
          'It is unique or indexed, and has no maxLength: keys of indexes are bounded.',
          `Write ${unbounded.kind}({ maxLength: 254 }).`,
        ),
      ]
    // How long a key may be, the system of the database says at the start.
    return []
  })
}

function versionProblems({ name, version }: TableFacts, drafts: GivenTable['drafts']): SetupProblem[] {
  return Object.entries(drafts).flatMap(([property, { made }]) =>
    made !== 'version' || property === version?.property
      ? []
      : [
          problem(
            `${name}.${property}`,
            `It is a second version: ${version?.property} is counted already.`,
            'Omit one of them.',
          ),
        ],
  )
}

function keyErrorProblems({ name }: TableFacts, errors: readonly ErrorDefinition[]): SetupProblem[] {
  if (errors.length < 2) return []
  const codes = errors.map((error) => String((error as { readonly code?: unknown }).code))
  return [problem(name, `Its key has several errors: ${codes.join(', ')}.`, 'Say one: .primary(Taken).')]
}

/** The most bytes of a column in a key. */
export function keyBytes({ kind, limits }: ColumnFacts): number {
  if (kind === 'text') return CHARACTER_BYTES * (limits.maxLength ?? 0)
  if (kind === 'bytes') return limits.maxLength ?? 0
  if (kind === 'decimal') return 8 + Math.ceil((limits.precision ?? 0) / 2)
  return kind === 'uuid' ? 36 : 8
}

function optionProblems({ name, byProperty }: TableFacts, options: TableOptions): SetupProblem[] {
  const lists = [...indexOptions(options), ...(options.unique ?? [])].map(({ columns }) => columns)
  const problems = lists.flatMap((columns) =>
    columns
      .filter((property) => !byProperty.has(property))
      .map((property) =>
        problem(
          name,
          `An index names '${property}', which is not a column.`,
          'Name properties of the table.',
        ),
      ),
  )
  for (const { error } of options.unique ?? [])
    problems.push(
      ...errorProblems(error, 'unique').map(({ message, remedy }) => problem(name, message, remedy)),
    )
  const { softDelete } = options
  const mark = softDelete === undefined ? undefined : byProperty.get(softDelete)
  if (softDelete !== undefined && (mark?.kind !== 'timestamp' || !mark.isNullable || !mark.isHidden))
    problems.push(
      problem(
        name,
        `softDelete names '${softDelete}', which is not a hidden timestamp that may be null: a body could set another.`,
        `Declare it: ${softDelete}: timestamp().nullable().hidden().`,
      ),
    )
  return problems
}
