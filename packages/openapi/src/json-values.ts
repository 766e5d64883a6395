import { isRecord, type JsonSchema } from '@keelson/core/spi'

/** A list, or an empty one in place of another value. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : []
}

/** A list of names, or an empty one. */
export function namesOf(value: unknown): readonly string[] {
  return listOf(value) as readonly string[]
}

/** Schemas by name, or an empty record. */
export function recordOf(value: unknown): { [name: string]: JsonSchema } {
  return isRecord(value) ? (value as { [name: string]: JsonSchema }) : {}
}

/** A record with changed values. */
export function mapValues<T, U>(
  record: Readonly<Record<string, T>>,
  change: (value: T) => U,
): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))
}
