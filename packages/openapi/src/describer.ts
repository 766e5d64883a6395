import type { SchemaLike, SetupProblem } from '@keelson/core'
import type { JsonSchema } from '@keelson/core/spi'
import { plainSource, toSchemaSource, type SchemaSource } from './schema-source.ts'
import { SchemaWriter } from './schema-writer.ts'
import type { Side } from './side.ts'

/** What is described, and for which side. */
export interface Subject {
  readonly side: Side
  /** For messages: `route orders.show (GET /orders/:id), response 200`. */
  readonly place: string
  /** Name for a recursive schema that has none: `OrdersShowResponse`. */
  readonly hint: string
}

/** Turns schemas of any library into those of the document, and collects the problems. */
export class Describer {
  readonly problems: SetupProblem[]
  readonly writer: SchemaWriter
  readonly #isForgiving: boolean
  readonly #sources = {
    in: new Map<unknown, SchemaSource | undefined>(),
    out: new Map<unknown, SchemaSource | undefined>(),
  }

  constructor(problems: SetupProblem[], isForgiving: boolean) {
    this.problems = problems
    this.writer = new SchemaWriter(problems)
    this.#isForgiving = isForgiving
  }

  /** A schema as the document has it; `true` if it cannot be described. */
  describe(schema: SchemaLike, subject: Subject): JsonSchema {
    const source = this.source(schema, subject)
    return source === undefined ? true : this.write(source, subject)
  }

  /** A JSON Schema of the framework, such as that of an error format. */
  describePlain(schema: unknown, subject: Subject): JsonSchema {
    const sources = this.#sources[directionOf(subject.side)]
    if (!sources.has(schema)) sources.set(schema, plainSource(schema))
    const source = sources.get(schema)
    return source === undefined ? true : this.write(source, subject)
  }

  /** Writes a schema within a source; default: its root. */
  write(source: SchemaSource, subject: Subject, node?: unknown): JsonSchema {
    return this.writer.write({ ...subject, source }, node)
  }

  /** The JSON Schema of a schema, converted once for each side. */
  source(schema: SchemaLike, { side, place }: Subject): SchemaSource | undefined {
    const direction = directionOf(side)
    const sources = this.#sources[direction]
    if (sources.has(schema)) return sources.get(schema)
    const source = toSchemaSource(schema, direction)
    sources.set(schema, source)
    if (this.#isForgiving) return source
    if (source === undefined)
      this.#undescribable(place, `Its schema (${vendorOf(schema)}) does not give its JSON Schema.`)
    for (const { path, what } of source?.gaps ?? []) {
      this.#undescribable(
        path === '' ? place : `${place}, ${path}`,
        `The type ${what} has no form in JSON Schema.`,
      )
    }
    return source
  }

  #undescribable(place: string, message: string): void {
    const remedy =
      "Use a schema that JSON Schema can express (valibot: toStandardJsonSchema of '@valibot/to-json-schema'), or set undescribable: 'any'."
    this.problems.push({ code: 'ERR_OPENAPI_UNDESCRIBABLE', place, message, remedy })
  }
}

/** A library may have different schemas for its input and its output. */
function directionOf(side: Side): 'in' | 'out' {
  return side === 'out' ? 'out' : 'in'
}

export function vendorOf(schema: unknown): string {
  const standard = (schema as { '~standard'?: { vendor?: unknown } })['~standard']
  return typeof standard?.vendor === 'string' ? standard.vendor : 'unknown'
}
