import type { SchemaLike } from '@keelson/core'
import { isRecord, isStandardSchema, isTypeBoxSchema, SchemaDocument } from '@keelson/core/spi'

/** A schema of any library, as JSON Schema. */
export interface SchemaSource {
  readonly document: SchemaDocument
  /** Whether it was converted from a Standard Schema. */
  readonly isStandard: boolean
  /** Paths of members that JSON Schema cannot express, with what they are. */
  readonly gaps: readonly { readonly path: string; readonly what: string }[]
}

interface Conversion {
  readonly jsonSchema?: Record<
    'input' | 'output',
    (options: { target: string; libraryOptions?: object }) => unknown
  >
  readonly vendor: string
}

/** The JSON Schema of a schema, or `undefined` if its library does not give it. */
export function toSchemaSource(schema: SchemaLike, side: 'in' | 'out'): SchemaSource | undefined {
  if (isTypeBoxSchema(schema)) return { document: new SchemaDocument(schema), isStandard: false, gaps: [] }
  if (!isStandardSchema(schema)) return plainSource(schema)
  const { jsonSchema } = schema['~standard'] as unknown as Conversion
  if (jsonSchema === undefined) return undefined
  const gaps: { path: string; what: string }[] = []
  const convert = jsonSchema[side === 'in' ? 'input' : 'output']
  try {
    const converted = convert({
      target: 'draft-2020-12',
      libraryOptions: { ...zodOptions(side, gaps), ...arktypeOptions(gaps) },
    })
    return isRecord(converted)
      ? { document: new SchemaDocument(converted), isStandard: true, gaps }
      : undefined
  } catch {
    // By the specification, a converter throws for a schema that it cannot represent.
    return undefined
  }
}

/** A JSON Schema as it is, such as that of an error format. */
export function plainSource(schema: unknown): SchemaSource | undefined {
  return isRecord(schema) ? { document: new SchemaDocument(schema), isStandard: false, gaps: [] } : undefined
}

type Gaps = { path: string; what: string }[]

/** zod's types without a form in JSON. A date has none as input, and is a text as output. */
const ZOD_GAPS = new Set([
  'bigint',
  'symbol',
  'undefined',
  'void',
  'date',
  'map',
  'set',
  'transform',
  'nan',
  'custom',
  'function',
  'file',
])

interface ZodContext {
  readonly path: readonly PropertyKey[]
  readonly jsonSchema: Record<string, unknown>
  readonly zodSchema: {
    readonly _zod: { readonly def: { readonly type: string; readonly coerce?: boolean } }
  }
}

function zodOptions(side: 'in' | 'out', gaps: Gaps): object {
  return {
    unrepresentable: 'any',
    override({ path, jsonSchema, zodSchema }: ZodContext): void {
      const { type, coerce } = zodSchema._zod.def
      // Other keywords mean that zod, or its user, gave a schema.
      if (
        !ZOD_GAPS.has(type) ||
        Object.keys(jsonSchema).some((key) => key !== 'default' && key !== 'description')
      )
        return
      // Callers can send a text for a date that is coerced.
      if (type === 'date' && (side === 'out' || coerce === true))
        Object.assign(jsonSchema, { type: 'string', format: 'date-time' })
      else gaps.push({ path: toPath(path), what: type })
    },
  }
}

function toPath(path: readonly PropertyKey[]): string {
  const names = path.map(String).filter((name, i) => !['properties', '$defs'].includes(name) || i % 2 === 1)
  return names.join('.')
}

function arktypeOptions(gaps: Gaps): object {
  const note = (what: string) => (ctx: { readonly base: object }) => {
    gaps.push({ path: '', what })
    return ctx.base
  }
  return {
    fallback: {
      date: (ctx: { readonly base: object }) => ({ ...ctx.base, type: 'string', format: 'date-time' }),
      default: (ctx: { readonly base: object; readonly code: string }) => note(ctx.code)(ctx),
    },
  }
}
