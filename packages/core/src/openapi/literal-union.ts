import { isRecord } from '../schema/index.ts'

type Written = Record<string, unknown>

/**
 * Writes a union of literals as `enum`, which people and client generators read better: `t.Union` of `t.Literal`s is a list
 * of constants.
 */
export function mergeLiterals(written: Written): Written {
  const { anyOf, ...rest } = written
  if (!Array.isArray(anyOf) || anyOf.length < 2 || 'enum' in written || 'type' in written) return written
  const members = anyOf as unknown[]
  if (!members.every(isLiteral)) return written
  const types = new Set(members.map((one) => one['type']))
  const type = types.size === 1 ? [...types][0] : undefined
  return { ...rest, ...(type === undefined ? {} : { type }), enum: members.map((one) => one['const']) }
}

function isLiteral(value: unknown): value is Written {
  return (
    isRecord(value) &&
    value['const'] !== undefined &&
    Object.keys(value).every((key) => key === 'const' || key === 'type')
  )
}
