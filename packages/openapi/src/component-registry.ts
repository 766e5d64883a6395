import { isRecord, type JsonSchema, type JsonSchemaObject } from '@keelson/core/spi'
import { nameComponents, PREFIX } from './component-names.ts'
import type { Side } from './side.ts'

/** A schema that gets a name. */
export interface ComponentRequest {
  /** Identity of the component: its `$id`, else its text. */
  readonly id: string
  /** The name that it should get. */
  readonly wanted: string
  /** Whether the name is made up, and gives way to names that users chose. */
  readonly isMadeUp: boolean
  readonly side: Side
  /** Where it is used, for messages. */
  readonly place: string
  readonly write: () => JsonSchema
}

/** Two schemas that claim one name. */
export interface ComponentClash {
  readonly wanted: string
  readonly firstPlace: string
  readonly place: string
}

interface Component extends Omit<ComponentRequest, 'write'> {
  schema: JsonSchema | undefined
  text: string
}

/** Collects named schemas. Names are given at the end, when all are known; until then references are placeholders. */
export class ComponentRegistry {
  readonly clashes: ComponentClash[] = []
  readonly #components = new Map<string, Component>()

  /** The reference to a component, which is written now unless it is being written. */
  reference(request: ComponentRequest): JsonSchemaObject {
    const { id, side, write, ...rest } = request
    const key = `${side}:${id}`
    const known = this.#components.get(key)
    if (known === undefined) {
      const component: Component = { ...rest, id, side, schema: undefined, text: '' }
      this.#components.set(key, component)
      component.schema = write()
      component.text = JSON.stringify(component.schema)
    } else if (known.schema !== undefined && JSON.stringify(write()) !== known.text)
      this.#clash(known, request)
    return this.placeholder(id, side)
  }

  /** The reference to a component that was requested before. */
  placeholder(id: string, side: Side): JsonSchemaObject {
    return { $ref: `${PREFIX}${side}:${id}` }
  }

  #clash(known: Component, { wanted, place }: ComponentRequest): void {
    this.clashes.push({ wanted, firstPlace: known.place, place })
  }

  /** Gives all components their names. */
  finish(): FinishedComponents {
    return new FinishedComponents(this.#components, nameComponents(this.#components))
  }
}

/** Components with their names. */
export class FinishedComponents {
  /** Sorted by name. */
  readonly schemas: { readonly [name: string]: JsonSchema }
  readonly #names: ReadonlyMap<string, string>

  constructor(
    components: ReadonlyMap<string, { readonly schema: JsonSchema | undefined }>,
    names: ReadonlyMap<string, string>,
  ) {
    this.#names = names
    const schemas = new Map<string, JsonSchema>()
    for (const [key, { schema }] of components)
      schemas.set(names.get(key) as string, this.resolve(schema ?? true))
    this.schemas = Object.fromEntries([...schemas].sort(([a], [b]) => (a < b ? -1 : 1)))
  }

  /** A copy of a value with references in place of placeholders. */
  resolve<T>(value: T): T {
    if (Array.isArray(value)) return value.map((one) => this.resolve(one as unknown)) as T
    if (typeof value !== 'object' || value === null) return value
    const entries = Object.entries(value).map(([key, one]) => {
      if (key === '$ref') return [key, this.#resolveReference(one)]
      if (key === 'discriminator') return [key, this.#resolveMapping(one)]
      return [key, this.resolve(one as unknown)]
    })
    return Object.fromEntries(entries) as T
  }

  #resolveReference(value: unknown): unknown {
    if (typeof value !== 'string' || !value.startsWith(PREFIX)) return this.resolve(value)
    return `#/components/schemas/${this.#names.get(value.slice(PREFIX.length)) ?? ''}`
  }

  /** A discriminator refers to its branches by value. */
  #resolveMapping(discriminator: unknown): unknown {
    if (!isRecord(discriminator) || !isRecord(discriminator['mapping'])) return this.resolve(discriminator)
    const { mapping, ...rest } = discriminator
    const entries = Object.entries(mapping as Record<string, unknown>).map(([value, one]) => [
      value,
      this.#resolveReference(one),
    ])
    return { ...rest, mapping: Object.fromEntries(entries) as unknown }
  }
}
