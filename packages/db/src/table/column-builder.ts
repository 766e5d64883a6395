// What the calls on a column do. The types are those of `Column`.
import type { ErrorDefinition } from '@keelson/core'
import { checkOptions, anything, flag, oneOf, optionTable, text as textOption } from '@keelson/core/options'
import type { ReferenceOptions, NowOptions } from './column.ts'
import type { ColumnDraft, DraftProblem } from './column-draft.ts'

const REFERENCE_OPTIONS = optionTable<ReferenceOptions>({
  onDelete: oneOf(['restrict', 'no action', 'cascade', 'set null'], 'What becomes of the row.', {
    default: 'restrict',
  }),
  onUpdate: oneOf(
    ['no action', 'restrict', 'cascade', 'set null'],
    'What becomes of the row when the key that it refers to changes.',
    { default: 'no action' },
  ),
  index: flag('Whether it gets an index.', { default: true }),
  error: anything('What it means that the other row is not there.', {
    what: 'an error that defineError made',
  }),
  inUse: anything('What it means that the other row cannot be deleted.', {
    what: 'an error that defineError made',
  }),
  as: textOption('Name of the relation to the other row.', { minLength: 1 }),
  inverse: textOption('Name of the relation from the other row.', { minLength: 1 }),
})
const NOW_OPTIONS = optionTable<NowOptions>({
  onUpdate: flag('Whether each update sets it as well.', { default: false }),
})

const kSchemaRemedy = Symbol.for('keelson.schemaRemedy')

/** A column before its table gives it a name; immutable. */
export class ColumnBuilder {
  readonly '~internal': ColumnDraft

  constructor(draft: ColumnDraft) {
    this['~internal'] = draft
    Object.freeze(this)
  }

  /** Core says it where a column stands in the place of a schema. */
  get [kSchemaRemedy](): string {
    return 'It is a column of @keelson/db, for table(). Write a schema: t.String(), or that of a table, Orders.row. The body formats bytes, json, oneOf and text are those of @keelson/core.'
  }

  get kind(): ColumnDraft['kind'] {
    return this['~internal'].kind
  }

  primary(error?: ErrorDefinition): ColumnBuilder {
    const { kind, reference } = this['~internal']
    return this.#with(
      {
        isPrimary: true,
        primaryError: error,
        ...(kind === 'uuid' && reference === undefined && { made: 'uuid' }),
      },
      errorProblems(error, 'primary'),
    )
  }

  references(to: string, options: ReferenceOptions = {}): ColumnBuilder {
    checkOptions(REFERENCE_OPTIONS, options, { name: `references('${to}')`, below: this.references })
    const { onDelete = 'restrict', onUpdate = 'no action', index = true, error, inUse, as, inverse } = options
    const made = this['~internal'].made === 'uuid' ? undefined : this['~internal'].made
    return this.#with(
      { reference: { to, onDelete, onUpdate, hasIndex: index, error, inUse, as, inverse }, made },
      [
        ...errorProblems(error, 'references'),
        ...errorProblems(inUse, 'inUse'),
        ...(inUse !== undefined && onDelete !== 'restrict' && onDelete !== 'no action' ? [NEVER_IN_USE] : []),
      ],
    )
  }

  unique(error?: ErrorDefinition): ColumnBuilder {
    return this.#with({ unique: { error } }, errorProblems(error, 'unique'))
  }

  nullable(): ColumnBuilder {
    return this.#with({ isNullable: true })
  }

  default(value: unknown): ColumnBuilder {
    const isNumbered = this['~internal'].made === 'identity'
    return this.#with({ made: 'default', default: value }, isNumbered ? [NUMBERED_DEFAULT] : [])
  }

  identity(): ColumnBuilder {
    const { kind, made } = this['~internal']
    const isWhole = kind === 'integer' || kind === 'bigint'
    return this.#with({ made: 'identity' }, [
      ...(isWhole ? [] : [notNumbered(kind)]),
      ...(made === 'default' ? [NUMBERED_DEFAULT] : []),
    ])
  }

  hidden(): ColumnBuilder {
    return this.#with({ isHidden: true })
  }

  now(options: NowOptions = {}): ColumnBuilder {
    checkOptions(NOW_OPTIONS, options, { name: 'now', below: this.now })
    const problems: DraftProblem[] =
      this.kind === 'timestamp'
        ? []
        : [
            {
              message: `It is a ${this.kind}, and only a timestamp takes now().`,
              remedy: 'Declare timestamp().now().',
            },
          ]
    return this.#with({ made: 'now', isTouched: options.onUpdate === true }, problems)
  }

  named(column: string): ColumnBuilder {
    // Which names there are, the table tells.
    if (typeof column === 'string') return this.#with({ name: column }, [])
    return this.#with({}, [{ message: 'named() is not given a name.', remedy: "Write named('line_1')." }])
  }

  was(column: string): ColumnBuilder {
    const isName = typeof column === 'string' && column !== ''
    const problems = isName
      ? []
      : [
          {
            message: 'was() is not given a name.',
            remedy: "Write was('note'), with its name in the database.",
          },
        ]
    return this.#with({ was: column }, problems)
  }

  sqlType(type: string): ColumnBuilder {
    const isType = typeof type === 'string' && type !== '' && isOneType(type)
    const problems = isType
      ? []
      : [{ message: 'sqlType() is not given a type.', remedy: "Write sqlType('varchar(255)')." }]
    return this.#with({ sqlType: type }, problems)
  }

  #with(change: Partial<ColumnDraft>, problems: readonly DraftProblem[] = []): ColumnBuilder {
    const draft = this['~internal']
    return new ColumnBuilder({ ...draft, ...change, problems: [...draft.problems, ...problems] })
  }
}

const NUMBERED_DEFAULT: DraftProblem = {
  message: 'It is an identity with a default, and the database numbers it.',
  remedy: 'Omit default(…), or identity().',
}

function notNumbered(kind: ColumnDraft['kind']): DraftProblem {
  return {
    message: `It is a ${kind}, and only an integer and a bigint take identity().`,
    remedy: 'Declare integer({ bits: 53 }).identity().',
  }
}

const NEVER_IN_USE: DraftProblem = {
  message: 'It has inUse, and onDelete lets the other row go.',
  remedy: "Omit inUse, or write onDelete: 'restrict'.",
}

/** An error of a constraint is made without details: nothing knows them there. */
export function errorProblems(error: ErrorDefinition | undefined, option: string): DraftProblem[] {
  if (error === undefined) return []
  if (!isErrorClass(error))
    return [{ message: `What ${option} is given is not an error.`, remedy: 'Give what defineError() made.' }]
  if (error.detailsSchema === undefined) return []
  return [
    {
      message: `The error ${error.code} has details, which a violated constraint cannot give.`,
      remedy: 'Define the error without details.',
    },
  ]
}

function isErrorClass(value: unknown): boolean {
  return typeof value === 'function' && typeof (value as { readonly code?: unknown }).code === 'string'
}

/** Whether a text cannot end the statement that it stands in; values of an enum may have any sign. */
function isOneType(type: string): boolean {
  const unquoted = type.replaceAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"/g, '')
  return !type.includes('\0') && !/[;'"]/.test(unquoted)
}
