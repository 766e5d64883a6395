// On the request path: the response filter in production, as generated code for each layout. Must do exactly what
// filter-walk.ts does; a test compares them.
import { chooseBranch, layoutOfName, MisfitError, setMember } from './filter-walk.ts'
import {
  isFree,
  isScalar,
  type ArrayLayout,
  type Branches,
  type Items,
  type Layout,
  type Members,
  type ObjectLayout,
  type Tagged,
} from './layout.ts'
import { isSerialisable, toPlain } from './to-plain.ts'

/** Filters a value; see `filterByWalk`. */
export type Filter = (value: unknown) => unknown

/**
 * Generates the code that removes from a value what its layout does not declare: `filterByWalk` for one layout. Properties
 * are read once, by name, and the names of the value visited once; only a value with undeclared properties is copied.
 *
 * @throws {EvalError} where code cannot be generated
 */
export function generateFilter(root: Layout): Filter {
  if (isFree(root)) return (value) => value
  if (isScalar(root)) return filterScalar
  return new FilterCode().compile(root)
}

// For layouts behind a union or of names that are not listed; made when first needed.
const filters = new WeakMap<Layout, Filter>()

function filterBy(layout: Layout, value: unknown): unknown {
  let filter = filters.get(layout)
  if (filter === undefined) filters.set(layout, (filter = generateFilter(layout)))
  return filter(value)
}

function filterBranch(layout: Branches, value: object, mustCopy: boolean): unknown {
  const plain = toPlain(value, mustCopy)
  const chosen = chooseBranch(layout, plain)
  return chosen === undefined ? misfit() : filterBy(chosen, plain)
}

function filterScalar(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const written = isSerialisable(value) ? value.toJSON('') : value
  return typeof written === 'object' && written !== null ? misfit() : written
}

function misfit(): never {
  throw new MisfitError()
}

/** What the generated code calls, by name. */
const HELPERS = {
  filterBranch,
  filterBy,
  filterScalar,
  layoutOfName,
  misfit,
  setMember,
  toPlain,
  getPrototype: Object.getPrototypeOf as (value: object) => unknown,
  ObjectPrototype: Object.prototype,
  hasOwn: Object.hasOwn as (value: object, name: string) => boolean,
}

class FilterCode {
  /** Names of the functions that are finished or begun. */
  readonly #names = new Map<object, string>()
  readonly #functions: string[] = []
  /** Layouts that the code passes to helpers, by index. */
  readonly #layouts: unknown[] = []

  compile(root: Layout): Filter {
    const entry = this.#value(root)
    const body = [
      `const { ${Object.keys(HELPERS).join(', ')} } = helpers`,
      ...this.#functions,
      `return function filter(v) { return typeof v === 'object' && v !== null ? ${entry}(v) : v }`,
    ].join('\n')
    // oxlint-disable-next-line typescript/no-implied-eval -- names and literals in the code are written by JSON.stringify
    return new Function('helpers', 'L', body)(HELPERS, this.#layouts) as Filter
  }

  /** Name of the function that filters an object or array by a layout. */
  #value(layout: Layout): string {
    return this.#define(layout, 'v', (name) => {
      return `function ${name}(v) {
  let c = false
  if (typeof v.toJSON === 'function') {
    v = v.toJSON('')
    if (typeof v !== 'object' || v === null) return v
    c = true
  }
  if (Array.isArray(v)) return ${this.#structure(layout.array)}
  return ${this.#structure(layout.object)}
}`
    })
  }

  /** Expression that filters the structure `v`; `c` says whether it must be copied. */
  #structure(layout: ObjectLayout | ArrayLayout | 'free' | 'none'): string {
    if (layout === 'free') return 'c ? toPlain(v, true) : v'
    if (layout === 'none') return 'misfit()'
    switch (layout.kind) {
      case 'members':
        return `${this.#members(layout)}(v, c)`
      case 'items':
        return `${this.#items(layout)}(v, c)`
      case 'tagged':
        return `${this.#tagged(layout)}(v, c)`
      case 'branches':
        return `filterBranch(${this.#layout(layout)}, v, c)`
    }
  }

  #tagged(layout: Tagged): string {
    return this.#define(layout, 't', (name) => {
      const cases = [...layout.cases].map(([value, inner]) => {
        return `    case ${JSON.stringify(value)}: return ${this.#structure(inner.object)}`
      })
      return `function ${name}(v, c) {
  switch (v[${JSON.stringify(layout.tag)}]) {
${cases.join('\n')}
    default: return misfit()
  }
}`
    })
  }

  #items(layout: Items): string {
    return this.#define(layout, 'a', (name) => {
      const prefix = layout.prefix.map((inner, i) => `i === ${i} ? ${this.#member(inner, 'e')} : `)
      const { rest } = layout
      const filtered = `${prefix.join('')}${rest === undefined ? 'e' : this.#member(rest, 'e')}`
      return `function ${name}(v, c) {
  let o = c ? [] : undefined
  const n = ${rest === undefined ? `Math.min(v.length, ${prefix.length})` : 'v.length'}
  for (let i = 0; i < n; i++) {
    const e = v[i]
    let r = e
    if (typeof e === 'object' && e !== null) {
      r = ${filtered}
      if (o === undefined && r !== e) o = v.slice(0, i)
    }
    if (o !== undefined) o.push(r)
  }
  ${rest === undefined ? 'if (o === undefined && n < v.length) return v.slice(0, n)' : ''}
  return o === undefined ? v : o
}`
    })
  }

  #members(layout: Members): string {
    return this.#define(layout, 'o', (name) => {
      const names = [...layout.properties.keys()]
      const reads = names.map((property, i) => this.#read(property, i, layout.properties.get(property)!))
      const copies = names.map((property, i) => `  if (p${i} !== undefined) o[${quote(property)}] = p${i}`)
      const isOpen = layout.rest !== undefined || layout.patterns.length > 0
      return `function ${name}(v, c) {
  if (!c) { const proto = getPrototype(v); c = proto !== ObjectPrototype && proto !== null }
${reads.join('\n')}
${isOpen ? this.#others(layout) : `  if (!c && ${this.#isListed(layout)}(v)) return v`}
  const o = {}
${copies.join('\n')}
${isOpen ? '  for (const k of n) setMember(o, k, s !== undefined && k in s ? s[k] : v[k])' : ''}
  return o
}`
    })
  }

  /** Reads a property into `p<i>`, filtered; sets `c` when the filter changed it. */
  #read(property: string, i: number, layout: Layout): string {
    const key = quote(property)
    const own = property in Object.prototype ? `hasOwn(v, ${key}) ? v[${key}] : undefined` : `v[${key}]`
    if (isFree(layout)) return `  const p${i} = ${own}`
    return `  let p${i} = ${own}
  if (typeof p${i} === 'object' && p${i} !== null) {
    const r = ${this.#member(layout, `p${i}`)}
    if (r !== p${i}) { p${i} = r; c = true }
  }`
  }

  /** Expression that filters a member that is an object or array. */
  #member(layout: Layout, variable: string): string {
    if (isFree(layout)) return variable
    return isScalar(layout) ? `filterScalar(${variable})` : `${this.#value(layout)}(${variable})`
  }

  /** Name of the function that says whether an object has only listed properties. */
  #isListed(layout: Members): string {
    return this.#define(layout.properties, 'k', (name) => {
      const cases = [...layout.properties.keys()].map((property) => `case ${quote(property)}:`)
      const test =
        cases.length === 0
          ? 'return false'
          : `switch (k) { ${cases.join(' ')} continue; default: return false }`
      return `function ${name}(v) {
  for (const k in v) { ${test} }
  return true
}`
    })
  }

  /** Visits the properties that are not listed: `n` are the names to keep, `s` holds the values that the filter changed. */
  #others(layout: Members): string {
    const cases = [...layout.properties.keys()].map((property) => `case ${quote(property)}:`)
    const skip = cases.length === 0 ? '' : `switch (k) { ${cases.join(' ')} continue }`
    const { rest } = layout
    const isUniform = rest !== undefined && layout.patterns.length === 0
    const find = isUniform
      ? ''
      : `const l = layoutOfName(${this.#layout(layout)}, k)
    if (l === undefined) { c = true; continue }`
    const filtered = isUniform ? this.#member(rest, 'e') : 'filterBy(l, e)'
    return `  const n = []
  let s
  for (const k of Object.keys(v)) {
    ${skip}
    ${find}
    n.push(k)
    const e = v[k]
    if (typeof e === 'object' && e !== null) {
      const r = ${filtered}
      if (r !== e) { c = true; if (s === undefined) s = { __proto__: null }; s[k] = r }
    }
  }
  if (!c) return v`
  }

  /** Name of the function for a layout, which the first call writes. */
  #define(layout: object, prefix: string, write: (name: string) => string): string {
    let name = this.#names.get(layout)
    if (name === undefined) {
      name = `${prefix}${this.#names.size}`
      // Set before it is written, because a layout may hold itself.
      this.#names.set(layout, name)
      this.#functions.push(write(name))
    }
    return name
  }

  #layout(layout: object): string {
    this.#layouts.push(layout)
    return `L[${this.#layouts.length - 1}]`
  }
}

function quote(name: string): string {
  return JSON.stringify(name)
}
