// What is wrong with a table as it is declared.
import type { ErrorDefinition, SetupProblem } from '@keelson/core'
import type { ColumnDraft } from './column-draft.ts'
import { errorProblems } from './column-builder.ts'
import type { ColumnFacts, TableFacts } from './contract.ts'
import { isDatabaseName } from './names.ts'
import { errorsOfKey, indexOptions, type GivenTable } from './table-keys.ts'
import type { TableOptions } from './table-options.ts'

/** What is wrong with a table. */
export function problemsOf(
  facts: TableFacts,
  drafts: GivenTable['drafts'],
  options: TableOptions,
): SetupProblem[] {
  return [
    ...nameProblems(facts),
    ...formerNameProblems(facts),
    ...Object.entries(drafts).flatMap(([property, draft]) => draftProblems(facts, property, draft)),
    ...keyProblems(facts),
    ...versionProblems(facts, drafts),
    ...identityProblems(facts, drafts),
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

/** Values go from one column to one other. */
function formerNameProblems({ name, was, columns }: TableFacts): SetupProblem[] {
  const remedy = 'Omit it.'
  const problems =
    was === name ? [problem(name, `It was '${was}', which is the name that it has.`, remedy)] : []
  for (const [at, column] of columns.entries()) {
    if (column.was === undefined) continue
    const place = `${name}.${column.property}`
    const twin = columns.findIndex((other) => other.was === column.was)
    if (column.was === column.name)
      problems.push(problem(place, `It was '${column.was}', which is the name that it has.`, remedy))
    else if (twin !== at)
      problems.push(
        problem(
          place,
          `It was '${column.was}', as ${columns[twin]?.property} was: the values go to one of them.`,
          'Omit was(…) of the other, and copy the values in the migration.',
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

/** What SQLite and MySQL number is the key by itself, and one column of a table. */
function identityProblems({ name, primary }: TableFacts, drafts: GivenTable['drafts']): SetupProblem[] {
  const numbered = Object.entries(drafts).filter(([, { made }]) => made === 'identity')
  return numbered.flatMap(([property, { isPrimary, reference }], at) => {
    const place = `${name}.${property}`
    if (at > 0)
      return [
        problem(
          place,
          `It is a second identity: ${numbered[0]?.[0]} is numbered already.`,
          'Omit one of them.',
        ),
      ]
    if (reference !== undefined)
      return [
        problem(
          place,
          'It is an identity, and refers to another table: its values are those of that key.',
          'Omit identity().',
        ),
      ]
    return isPrimary && primary.length === 1
      ? []
      : [
          problem(
            place,
            'It is an identity, and not the key by itself.',
            'Write .identity().primary() at this column alone, or omit identity().',
          ),
        ]
  })
}

function keyErrorProblems({ name }: TableFacts, errors: readonly ErrorDefinition[]): SetupProblem[] {
  if (errors.length < 2) return []
  const codes = errors.map((error) => String((error as { readonly code?: unknown }).code))
  return [problem(name, `Its key has several errors: ${codes.join(', ')}.`, 'Say one: .primary(Taken).')]
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
