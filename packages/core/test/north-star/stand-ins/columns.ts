// Stands in for columns of the coming package db, in memory and written with core's public names alone.
import { t, type DateTime, type ErrorDefinition, type TSchema, type TString } from '@keelson/core'
import type { ColumnKind } from '@keelson/core/conditions'
import type { TUnsafe } from '@keelson/core'

/** A column: its schema, how it is compared, and whether the database fills it. `TFilled` is `true` where nobody has to give it. */
export class Column<
  TSchemaOf extends TSchema = TSchema,
  TKind extends ColumnKind = ColumnKind,
  TFilled extends boolean = boolean,
> {
  readonly schema: TSchemaOf
  readonly kind: TKind
  readonly facts: ColumnFacts
  declare readonly '~type': TSchemaOf['static']
  declare readonly '~filled': TFilled

  constructor(schema: TSchemaOf, kind: TKind, facts: ColumnFacts = {}) {
    this.schema = schema
    this.kind = kind
    this.facts = facts
  }

  /** Names the record; the database makes it. */
  primary(): Column<TSchemaOf, TKind, true> {
    return this.with({ make: () => crypto.randomUUID() })
  }

  references(table: string): Column<TSchemaOf, TKind, TFilled> {
    return this.with({ references: table })
  }

  unique(taken: TakenError): Column<TSchemaOf, TKind, TFilled> {
    return this.with({ taken })
  }

  default(value: TSchemaOf['static']): Column<TSchemaOf, TKind, true> {
    return this.with({ make: () => value })
  }

  now(this: Column<DateTime, 'timestamp', boolean>): Column<DateTime, 'timestamp', true> {
    return this.with({ make: () => new Date().toISOString() })
  }

  protected with<TNow extends boolean>(facts: ColumnFacts): Column<TSchemaOf, TKind, TNow> {
    return new Column(this.schema, this.kind, { ...this.facts, ...facts })
  }
}

/** The error for a value that another record has. */
export interface TakenError extends ErrorDefinition {
  new (): Error
}

interface ColumnFacts {
  readonly make?: () => unknown
  readonly references?: string
  readonly taken?: TakenError
}

export const uuid = (): Column<TString, 'uuid', false> => new Column(t.String({ format: 'uuid' }), 'uuid')

export const text = (
  options: { readonly format?: 'email'; readonly maxLength?: number } = {},
): Column<TString, 'text', false> => new Column(t.String(options), 'text')

export const timestamp = (): Column<DateTime, 'timestamp', false> =>
  new Column(t.String({ format: 'date-time' }), 'timestamp')

/** Counts the changes of a record. */
export const version = (): Column<ReturnType<typeof t.Integer>, 'integer', true> =>
  new Column(t.Integer({ minimum: 1 }), 'integer', { make: () => 1 })

export function oneOf<const TWords extends readonly string[]>(
  ...words: TWords
): Column<TUnsafe<TWords[number]>, 'text', false> {
  return new Column(t.Unsafe({ type: 'string', enum: [...words] }), 'text')
}

/** A number as a text, so that no digit is lost. */
export function decimal(
  precision: number,
  scale: number,
  { minimum }: { readonly minimum?: 0 } = {},
): Column<TString, 'decimal', false> {
  const sign = minimum === 0 ? '' : '-?'
  const pattern = `^${sign}(0|[1-9][0-9]{0,${precision - scale - 1}})(\\.[0-9]{1,${scale}})?$`
  return new Column(t.String({ pattern }), 'decimal')
}
