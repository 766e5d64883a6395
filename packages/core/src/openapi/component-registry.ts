import { isRecord, type JsonSchema, type JsonSchemaObject } from '../schema/index.ts'

/**
 * Whom a schema describes something for: what a caller sends may leave out members with defaults, what it receives has
 * them. Schemas that say the same for both are one component.
 */
export type Side = 'in' | 'out'

/** What is known of a schema that gets a name. */
export interface ComponentRequest {
  /** What makes it the same component: its `$id`, or its text where it has none. */
  readonly id: string
  /** Name that it should get. */
  readonly wanted: string
  /** Whether the name is made up, and gives way to names that users chose. */
  readonly isMadeUp: boolean
  readonly side: Side
  /** Who uses it, for messages. */
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

const PREFIX = 'keelson-component:'

/** Gathers named schemas. Names are given at the end, when all are known; until then references are placeholders. */
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
    const split = this.#findSplit()
    const names = new Map<string, string>()
    const taken = new Set<string>()
    const inOrder = [...this.#components].sort(([, a], [, b]) => Number(a.isMadeUp) - Number(b.isMadeUp))
    for (const [key, component] of inOrder) {
      const twin = names.get(`${component.side === 'in' ? 'out' : 'in'}:${component.id}`)
      if (twin !== undefined && !split.has(component.id)) {
        names.set(key, twin)
        continue
      }
      const suffix = component.side === 'in' && split.has(component.id) ? 'Input' : ''
      const name = freeName(toComponentName(component.wanted) + suffix, taken)
      taken.add(name)
      names.set(key, name)
    }
    return new FinishedComponents(this.#components, names)
  }

  /** Ids whose two sides differ, by themselves or by what they refer to. */
  #findSplit(): ReadonlySet<string> {
    const both = [...this.#components.values()].flatMap((one) => {
      const twin = one.side === 'in' ? this.#components.get(`out:${one.id}`) : undefined
      return twin === undefined ? [] : [{ id: one.id, input: one.text, output: twin.text }]
    })
    const split = new Set(
      both.filter(({ input, output }) => sideless(input) !== sideless(output)).map(({ id }) => id),
    )
    for (let size = -1; size !== split.size;) {
      size = split.size
      for (const { id, input } of both) {
        if ([...split].some((other) => input.includes(JSON.stringify(`${PREFIX}in:${other}`)))) split.add(id)
      }
    }
    return split
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

  /** A copy of a value in which placeholders are references. */
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

function sideless(text: string): string {
  return text.replaceAll(`${PREFIX}in:`, PREFIX).replaceAll(`${PREFIX}out:`, PREFIX)
}

/** Names of components are letters, digits, dots, hyphens and underscores (OpenAPI 3.1 §4.8.7). */
function toComponentName(wanted: string): string {
  const isUrl = /^[a-z][a-z\d+.-]*:/i.test(wanted)
  const short = isUrl
    ? (wanted.split(/[/#:]/).findLast((part) => part !== '') ?? wanted).replace(/(?:\.schema)?\.json$/, '')
    : wanted
  return short.replaceAll(/[^\w.-]+/g, '_') || 'Schema'
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name
  for (let count = 2; ; count++) if (!taken.has(`${name}_${count}`)) return `${name}_${count}`
}
