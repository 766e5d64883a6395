import type { Validator } from './ajv.ts'

/**
 * Which members a value may have by its schema: only what is needed to remove undeclared ones. `free` allows anything, `none`
 * means that no such value is declared. Scalars always pass. May be circular.
 */
export interface Layout {
  object: ObjectLayout | 'free' | 'none'
  array: ArrayLayout | 'free' | 'none'
}

/** Layout of a value that may be anything. */
export const FREE: Layout = { object: 'free', array: 'free' }
/** Layout of a value that has no members. */
export const SCALAR: Layout = { object: 'none', array: 'none' }

/** How objects are laid out. */
export type ObjectLayout = Members | Tagged | Branches
/** How arrays are laid out. */
export type ArrayLayout = Items | Branches

/** The layout of an object by the names of its properties. */
export interface Members {
  readonly kind: 'members'
  readonly properties: ReadonlyMap<string, Layout>
  /** For names that are not in `properties`; the first match counts. */
  readonly patterns: readonly { readonly pattern: RegExp; readonly layout: Layout }[]
  /** For all other names; `undefined` when they are undeclared. */
  readonly rest: Layout | undefined
}

/** The layout of an object that depends on the value of one property. */
export interface Tagged {
  readonly kind: 'tagged'
  readonly tag: string
  readonly cases: ReadonlyMap<unknown, Layout>
}

/** The layout of an array by the positions of its members. */
export interface Items {
  readonly kind: 'items'
  readonly prefix: readonly Layout[]
  /** For all others; `undefined` when they are undeclared. */
  readonly rest: Layout | undefined
}

/** A union whose members only validation tells apart. A value that matches several may have the members of all of them. */
export interface Branches {
  readonly kind: 'branches'
  readonly branches: readonly { readonly validator: Validator; readonly layout: Layout }[]
  /** Layout of a value that the branches with these indexes accept; at least one index. */
  merge(indexes: readonly number[]): Layout
}

/** Whether a layout lets everything pass. */
export function isFree(layout: Layout): boolean {
  return layout.object === 'free' && layout.array === 'free'
}

/** Whether the layout allows anything at some place: a value there may have no form in JSON. */
export function holdsFree(root: Layout): boolean {
  return layoutsFrom(root).some(({ object, array }) => object === 'free' || array === 'free')
}

/** Whether a layout declares neither objects nor arrays. */
export function isScalar(layout: Layout): boolean {
  return layout.object === 'none' && layout.array === 'none'
}

/** Whether some value of the layout can be filtered only with a validator. */
export function needsValidator(root: Layout): boolean {
  return layoutsFrom(root).some(
    ({ object, array }) =>
      (typeof object === 'object' && object.kind === 'branches') ||
      (typeof array === 'object' && array.kind === 'branches'),
  )
}

/** A layout and all layouts inside it, except those that `merge` may make later. */
function layoutsFrom(root: Layout): Layout[] {
  const found = new Set<Layout>([root])
  // A set may grow during the loop: added layouts are visited too.
  for (const { object, array } of found) {
    for (const inner of [...innerLayouts(object), ...innerLayouts(array)]) found.add(inner)
  }
  return [...found]
}

function innerLayouts(layout: ObjectLayout | ArrayLayout | string): Layout[] {
  if (typeof layout === 'string') return []
  switch (layout.kind) {
    case 'members': {
      const rest = layout.rest === undefined ? [] : [layout.rest]
      return [...layout.properties.values(), ...layout.patterns.map((p) => p.layout), ...rest]
    }
    case 'tagged':
      return [...layout.cases.values()]
    case 'items':
      return layout.rest === undefined ? [...layout.prefix] : [...layout.prefix, layout.rest]
    case 'branches':
      return layout.branches.map((branch) => branch.layout)
  }
}
