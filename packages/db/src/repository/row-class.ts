// On the request path of rows with hidden columns: what is written of them as JSON.
import type { TableFacts } from '../table/index.ts'

/** Makes an empty row. */
export type RowClass = new () => object

/**
 * The class of the rows of a table with hidden columns, so that `JSON.stringify` omits these at every depth, in an answer whose route
 * declares no schema and in a log. A copy of a row, `{ ...row }`, is not of it. Undefined for a table that hides nothing: its rows are plain
 * objects.
 */
export function rowClassOf({ columns }: TableFacts): RowClass | undefined {
  const hidden = new Set(columns.flatMap(({ isHidden, property }) => (isHidden ? [property] : [])))
  if (hidden.size === 0) return undefined
  class Row {}
  Object.defineProperties(Row.prototype, {
    // Tools then show a row as a plain object.
    constructor: { value: Object },
    toJSON: {
      value: function toJSON(this: object): object {
        return Object.fromEntries(Object.entries(this).filter(([property]) => !hidden.has(property)))
      },
    },
  })
  return Row
}

/** Makes an object that nobody else has a row. To copy it costs a quarter of what another prototype does. */
export function asRow<T extends object>(row: T, Row: RowClass | undefined): T {
  return Row === undefined ? row : Object.assign(new Row() as T, row)
}
