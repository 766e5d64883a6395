// Which foreign keys a table value can say.
import type { ColumnDescription, ColumnReading, ReferenceDescription } from '../adapter/index.ts'

/**
 * Whether a column that refers to a key can be read as that key: its values are those of the key, so that other limits mean nothing.
 * A foreign key between other types is one that no table value says.
 */
export function canRefer(own: ColumnReading, key: ColumnReading): boolean {
  return (
    own.isCaseInsensitive === key.isCaseInsensitive &&
    (own.kind === key.kind || (isWhole(own) && isWhole(key)))
  )
}

function isWhole({ kind }: ColumnReading): boolean {
  return kind === 'integer' || kind === 'bigint'
}

/** Whether a table value says what becomes of the row: not its default, and not null where the column cannot be. */
export function hasSayableActions(
  { onDelete, onUpdate }: ReferenceDescription,
  { isNullable }: ColumnDescription,
): boolean {
  const isSayable = (action: ReferenceDescription['onDelete']): boolean =>
    action !== 'set default' && (action !== 'set null' || isNullable)
  return isSayable(onDelete) && isSayable(onUpdate)
}
