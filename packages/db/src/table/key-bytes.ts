import type { ColumnFacts } from './contract.ts'

/** Bytes of a character in the widest encoding of a server: utf8mb4. */
const CHARACTER_BYTES = 4

/** The most bytes of a column in a key. */
export function keyBytes({ kind, limits }: ColumnFacts): number {
  if (kind === 'text') return CHARACTER_BYTES * (limits.maxLength ?? 0)
  if (kind === 'bytes') return limits.maxLength ?? 0
  if (kind === 'decimal') return 8 + Math.ceil((limits.precision ?? 0) / 2)
  return kind === 'uuid' ? 36 : 8
}
