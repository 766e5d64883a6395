import type { PlaceText } from '../errors/index.ts'
import type { Pattern } from './path-pattern.ts'
import { foldCase, toCanonicalText } from './path-encoding.ts'

/** A route as the lookup holds it. */
export interface LookupRoute<T> {
  readonly method: string
  readonly pattern: Pattern
  readonly value: T
  readonly place: PlaceText
}

/** Where a pattern ends. */
export interface Leaf<T> {
  readonly route: LookupRoute<T>
  readonly value: T
  readonly paramCount: number
  readonly isWildcard: boolean
  /** Whether its wildcard may be empty. */
  readonly takesEmpty: boolean
}

/** What follows one segment: the end of a pattern, further segments, or both. */
export interface Branch<T> {
  leaf: Leaf<T> | null
  /** Matches a path that ends here where no `leaf` does: an optional wildcard that is empty, whose slash is ignored. */
  rest: Leaf<T> | null
  next: TreeNode<T> | null
}

/** The choices for one segment of a path. */
export interface TreeNode<T> {
  /** Static segments, each with its slash, that all patterns below begin with. */
  run: string
  statics: Map<string, Branch<T>> | null
  param: Branch<T> | null
  wildcard: Leaf<T> | null
}

/** The result of a match. */
export interface Match<T> {
  readonly value: T
  /** Decoded, in the order of the pattern's `paramNames`. */
  readonly values: readonly string[]
}

/** How paths are compared. */
export interface LookupOptions {
  /** Whether `/Users` and `/users` are different paths. Default `true`. Values always keep their case. */
  readonly caseSensitive?: boolean | undefined
  /** Whether a trailing slash makes a different path (`'strict'`, the default) or is ignored (`'ignore'`). */
  readonly trailingSlash?: 'strict' | 'ignore' | undefined
}

// Static paths that are longer share one entry of the table of lengths.
const LONGEST = 255

/** The routes of one method: static ones by their whole path, the others as a tree of segments. */
export class MethodTable<T> {
  readonly statics = new Map<string, Match<T>>()
  /** Holds 1 at the length of each static path, so that most other requests need no hash of their path. */
  readonly staticLengths = new Uint8Array(LONGEST + 1)
  readonly root: TreeNode<T> = emptyNode()
  maxParams = 0
  readonly #staticRoutes = new Map<string, LookupRoute<T>>()
  readonly #options: LookupOptions

  constructor(options: LookupOptions) {
    this.#options = options
  }

  /** Adds a route, or returns the earlier one that matches the same paths. */
  add(route: LookupRoute<T>): LookupRoute<T> | undefined {
    const texts = this.#toTexts(route.pattern)
    return route.pattern.paramNames.length === 0
      ? this.#addStatic(route, texts)
      : this.#addToTree(route, texts)
  }

  hasStaticOfLength(length: number): boolean {
    return this.staticLengths[length < LONGEST ? length : LONGEST] === 1
  }

  /** Joins static segments that have no alternative into one run. Call it once, after the last route. */
  compress(): void {
    compress(this.root)
  }

  #addStatic(route: LookupRoute<T>, texts: readonly string[]): LookupRoute<T> | undefined {
    const path = `/${texts.join('/')}`
    const earlier = this.#staticRoutes.get(path)
    if (earlier !== undefined) return earlier
    this.#staticRoutes.set(path, route)
    this.statics.set(path, Object.freeze({ value: route.value, values: NO_VALUES }))
    this.staticLengths[Math.min(path.length, LONGEST)] = 1
    return undefined
  }

  #addToTree(route: LookupRoute<T>, texts: readonly string[]): LookupRoute<T> | undefined {
    const { segments } = route.pattern
    const leaf = toLeaf(route)
    let holder: Branch<T> = { leaf: null, rest: null, next: this.root }
    for (const [index, text] of texts.entries()) {
      const kind = segments[index]?.kind
      const node = (holder.next ??= emptyNode())
      if (kind === 'wildcard') {
        if (node.wildcard !== null) return node.wildcard.route
        node.wildcard = leaf
        if (leaf.takesEmpty && this.#options.trailingSlash === 'ignore') holder.rest = leaf
      } else {
        holder = kind === 'param' ? (node.param ??= emptyBranch()) : branchOf(node, text)
      }
    }
    if (!leaf.isWildcard) {
      if (holder.leaf !== null) return holder.leaf.route
      holder.leaf = leaf
    }
    this.maxParams = Math.max(this.maxParams, leaf.paramCount)
    return undefined
  }

  /** The static text of each segment in the form in which paths are compared; `''` for params and wildcards. */
  #toTexts(pattern: Pattern): readonly string[] {
    const texts = pattern.segments.map((segment) =>
      segment.kind === 'static' ? toCanonicalText(segment.text) : '',
    )
    const last = pattern.segments.at(-1)
    const isSlashAtEnd = texts.length > 1 && last?.kind === 'static' && last.text === ''
    const kept = this.#options.trailingSlash === 'ignore' && isSlashAtEnd ? texts.slice(0, -1) : texts
    return this.#options.caseSensitive === false ? kept.map(foldCase) : kept
  }
}

const NO_VALUES: readonly string[] = Object.freeze([])

function toLeaf<T>(route: LookupRoute<T>): Leaf<T> {
  const { segments, paramNames } = route.pattern
  const last = segments.at(-1)
  const isWildcard = last?.kind === 'wildcard'
  const takesEmpty = isWildcard && last.takesEmpty === true
  return { route, value: route.value, paramCount: paramNames.length, isWildcard, takesEmpty }
}

function emptyNode<T>(): TreeNode<T> {
  return { run: '', statics: null, param: null, wildcard: null }
}

function emptyBranch<T>(): Branch<T> {
  return { leaf: null, rest: null, next: null }
}

function branchOf<T>(node: TreeNode<T>, text: string): Branch<T> {
  node.statics ??= new Map()
  const found = node.statics.get(text)
  if (found !== undefined) return found
  const branch = emptyBranch<T>()
  node.statics.set(text, branch)
  return branch
}

function compress<T>(node: TreeNode<T>): void {
  for (let only = onlyWay(node); only !== undefined; only = onlyWay(node)) {
    const [text, next] = only
    node.run += `${text}/`
    node.statics = next.statics
    node.param = next.param
    node.wildcard = next.wildcard
  }
  for (const branch of node.statics?.values() ?? []) if (branch.next !== null) compress(branch.next)
  if (node.param?.next) compress(node.param.next)
}

/** The only way on from a node, if there is one: a static segment, and the node behind it. */
function onlyWay<T>(node: TreeNode<T>): [string, TreeNode<T>] | undefined {
  if (node.statics?.size !== 1 || node.param !== null || node.wildcard !== null) return undefined
  for (const [text, { leaf, rest, next }] of node.statics)
    return leaf === null && rest === null && next !== null ? [text, next] : undefined
  return undefined
}
