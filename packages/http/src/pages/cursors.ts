import { createHash } from 'node:crypto'
import { ArgumentError, InvalidCursorError, validator, type OutputOf, type SchemaLike } from '@keelson/core'
import { anything, checkOptions, optionTable, required, text } from '@keelson/core/options'

/** Options of {@link cursors}. */
export interface CursorsOptions<S extends SchemaLike> {
  /** Names the list and its order: `orders by createdAt`. A cursor of another one is refused. */
  readonly list: string
  /** What a cursor holds: the values by which the list is ordered, of one item. */
  readonly schema: S
}

const CURSORS_OPTIONS = optionTable<CursorsOptions<SchemaLike>>({
  list: required(text('Names the list and its order.', { minLength: 1 })),
  schema: required(anything('What a cursor holds.')),
})

/** Makes and reads the cursors of one list; made by {@link cursors}. */
export interface Cursors<T> {
  /**
   * The cursor of an item: opaque to clients, though not secret. Of a row that has more, it holds what the schema declares.
   *
   * @throws {ArgumentError} `ERR_CORE_ARGUMENT` for what the schema refuses
   */
  encode(position: T): string
  /**
   * What a cursor holds.
   *
   * @throws {InvalidCursorError} `ERR_CORE_CURSOR`, 400, for one of another list or format, or that was changed into what
   *   the schema refuses
   */
  decode(cursor: string): T
}

/** First byte of a cursor: the version of its format. */
const VERSION = '1'

/**
 * Cursors of a list that you order yourself. Repositories of `@keelson/db` have their own. A client can change what a cursor holds
 * to anything that the schema takes: it is a place in a list, not a permission.
 *
 * @throws {SetupError} `ERR_CORE_OPTION`
 * @example
 * const byId = cursors({ list: 'orders by id', schema: t.Object({ id: t.Integer() }) })
 * byId.decode(byId.encode({ id: 7 })) // => { id: 7 }
 */
export function cursors<S extends SchemaLike>(options: CursorsOptions<S>): Cursors<OutputOf<S>> {
  checkOptions(CURSORS_OPTIONS, options, { name: 'cursors', below: cursors })
  const { list, schema } = options
  const mark = createHash('sha256').update(list).digest('base64url').slice(0, 6)
  const { parse } = validator(schema)
  const { parse: project } = validator(schema, { unknown: 'ignore' })
  const projected = (position: OutputOf<S>): OutputOf<S> => {
    try {
      return project(position)
    } catch (cause) {
      throw new ArgumentError(`cursors of ${list}: the position is not what the schema says.`, { cause })
    }
  }
  return {
    encode: (position) =>
      VERSION + mark + Buffer.from(JSON.stringify(projected(position))).toString('base64url'),
    decode: (cursor) => {
      try {
        if (!cursor.startsWith(VERSION + mark)) throw new Error('of another list or format')
        const encoded = cursor.slice(VERSION.length + mark.length)
        const json = Buffer.from(encoded, 'base64url').toString()
        // The decoders skip what they do not know, so one cursor would have many forms.
        if (Buffer.from(json).toString('base64url') !== encoded) throw new Error('not base64url of UTF-8')
        return parse(JSON.parse(json))
      } catch (cause) {
        throw new InvalidCursorError(undefined, { cause })
      }
    },
  }
}
