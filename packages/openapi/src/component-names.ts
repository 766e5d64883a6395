import type { JsonSchema } from '@keelson/core/spi'
import { equalClasses } from './equal-classes.ts'
import { freeName, lastPartOf } from './names.ts'
import { SIDES, traitsOf, type Side } from './side.ts'

/** Begins a reference to a component that has no name yet; its side and id follow. */
export const PREFIX = 'keelson-component:'

/** A component as far as its name depends on it. */
export interface NamedComponent {
  readonly id: string
  readonly wanted: string
  readonly isMadeUp: boolean
  readonly side: Side
  readonly schema: JsonSchema | undefined
}

/** Names of components by `side:id`. Components of one id with equal schemas, references included, share a name. */
export function nameComponents(components: ReadonlyMap<string, NamedComponent>): ReadonlyMap<string, string> {
  const classes = classesOf(components)
  const names = new Map<string, string>()
  const taken = new Set<string>()
  const inOrder = [...components].sort(([, a], [, b]) => Number(a.isMadeUp) - Number(b.isMadeUp))
  const ids = new Map(inOrder.toReversed().map(([, one]) => [one.id, one.wanted]))
  for (const id of new Set(inOrder.map(([, one]) => one.id))) {
    const wanted = ids.get(id) as string
    const byClass = new Map<number, string>()
    for (const side of SIDES) {
      const key = `${side}:${id}`
      const found = classes.get(key)
      if (found === undefined) continue
      let name = byClass.get(found)
      if (name === undefined) {
        const suffix = byClass.size === 0 ? '' : suffixOf(side, classes.has(`in:${id}`))
        name = freeName(toComponentName(wanted) + suffix, taken)
        taken.add(name)
        byClass.set(found, name)
      }
      names.set(key, name)
    }
  }
  return names
}

/** Schemas of requests end in `Input`; a second kind of input gets its own suffix. */
function suffixOf(side: Side, hasUsual: boolean): string {
  return traitsOf(side === 'open' && !hasUsual ? 'in' : side).suffix
}

/** A number for each component; equal for components that differ only in the sides of their references. */
function classesOf(components: ReadonlyMap<string, NamedComponent>): ReadonlyMap<string, number> {
  const texts = new Map([...components].map(([key, { id, schema }]) => [key, toText(id, schema)]))
  return equalClasses([...components.keys()], (key, classes) => {
    const { text, references } = texts.get(key) as ComponentText
    return `${text} ${references.map((one) => classes.get(one)).join()}`
  })
}

interface ComponentText {
  /** Of its schema, without the sides of references. */
  readonly text: string
  readonly references: readonly string[]
}

function toText(id: string, schema: JsonSchema | undefined): ComponentText {
  const references: string[] = []
  const text = JSON.stringify([id, schema], (_, value: unknown) => {
    if (typeof value !== 'string' || !value.startsWith(PREFIX)) return value
    const key = value.slice(PREFIX.length)
    references.push(key)
    return PREFIX + key.slice(key.indexOf(':'))
  })
  return { text, references }
}

/** Names of components are letters, digits, dots, hyphens and underscores (OpenAPI 3.1 §4.8.7). */
export function toComponentName(wanted: string): string {
  const last = lastPartOf(wanted)
  const short = last === wanted ? wanted : last.replace(/(?:\.schema)?\.json$/, '')
  return short.replaceAll(/[^\w.-]+/g, '_') || 'Schema'
}
