import type { JsonSchemaObject } from '@keelson/core/spi'
import type { ConstraintChange } from './constraint-changes.ts'

/** Compares the limits of two schemas: of numbers, lengths, counts. */
export function limitChanges(base: JsonSchemaObject, head: JsonSchemaObject): ConstraintChange[] {
  return [
    ...boundChanges('minimum', lowest(base), lowest(head)),
    ...boundChanges('maximum', highest(base), highest(head)),
    ...COUNTS.flatMap(({ keyword, sign, none }) => {
      const [was, is] = [base, head].map((schema) => {
        const value = schema[keyword]
        return { at: typeof value === 'number' ? value : none, isOpen: false, sign }
      }) as [Bound, Bound]
      return boundChanges(keyword, was, is)
    }),
  ]
}

/** A missing limit equals a least count of 0. */
const COUNTS = [
  ...['minLength', 'minItems', 'minProperties'].map((keyword) => ({ keyword, sign: 1, none: 0 }) as const),
  ...['maxLength', 'maxItems', 'maxProperties'].map(
    (keyword) => ({ keyword, sign: -1, none: Infinity }) as const,
  ),
]

interface Bound {
  readonly at: number
  /** Whether the bound itself is outside. */
  readonly isOpen: boolean
  /** `1` for a lower bound, `-1` for an upper one. */
  readonly sign: 1 | -1
}

function lowest(schema: JsonSchemaObject): Bound {
  return boundOf(schema, { closed: 'minimum', open: 'exclusiveMinimum', sign: 1 })
}

function highest(schema: JsonSchemaObject): Bound {
  return boundOf(schema, { closed: 'maximum', open: 'exclusiveMaximum', sign: -1 })
}

/** The tighter bound of both keywords. For an integer, above 0 and at least 1 are the same. */
function boundOf(
  schema: JsonSchemaObject,
  { closed, open, sign }: { readonly closed: string; readonly open: string; readonly sign: 1 | -1 },
): Bound {
  const [inside, outside] = [schema[closed], schema[open]].map((value) =>
    typeof value === 'number' ? value : -sign * Infinity,
  ) as [number, number]
  const isOpen = Number.isFinite(outside) && (outside - inside) * sign >= 0
  const at = isOpen ? outside : inside
  if (!Number.isFinite(at) || schema['type'] !== 'integer') return { at, isOpen, sign }
  const round = sign === 1 ? Math.ceil : Math.floor
  return { at: isOpen && Number.isInteger(at) ? at + sign : round(at), isOpen: false, sign }
}

function boundChanges(name: string, was: Bound, is: Bound): ConstraintChange[] {
  if (was.at === is.at && was.isOpen === is.isOpen) return []
  const isNarrower = was.at === is.at ? is.isOpen : (is.at - was.at) * was.sign > 0
  return [
    {
      effect: isNarrower ? 'narrowed' : 'widened',
      message: `Its ${name} was ${show(was)}, now it is ${show(is)}.`,
    },
  ]
}

function show({ at, isOpen, sign }: Bound): string {
  if (!Number.isFinite(at)) return 'none'
  return isOpen ? `${sign === 1 ? 'above' : 'below'} ${at}` : String(at)
}
