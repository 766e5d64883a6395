// On the request path: finds the pattern of every request that does not match a static route.
import type { Branch, Leaf, TreeNode } from './lookup-tree.ts'

/**
 * Walks trees of segments. One instance serves all requests of a lookup: a walk is synchronous, and then its fields are free.
 *
 * The work is bounded by the patterns, whatever the path: each node has one parent, so a walk enters it once at most.
 */
export class Walker {
  /** Nodes entered so far; tests check the bound with it. */
  steps = 0
  /** Start and end of each value in the last path that matched. */
  readonly marks: Int32Array
  #path = ''

  constructor(maxParams: number) {
    this.marks = new Int32Array(2 * maxParams)
  }

  /** Finds the leaf of the most specific pattern that matches the path, and sets `marks` to the places of its values. */
  walk<T>(root: TreeNode<T>, path: string): Leaf<T> | null {
    this.#path = path
    return this.#enter(root, 1, 0)
  }

  /** `start` is where the node's segment begins, `depth` how many values lie before it. */
  #enter<T>(node: TreeNode<T>, start: number, depth: number): Leaf<T> | null {
    this.steps++
    const path = this.#path
    if (node.run !== '') {
      if (!path.startsWith(node.run, start)) return null
      start += node.run.length
    }
    const slash = path.indexOf('/', start)
    const end = slash === -1 ? path.length : slash
    if (node.statics !== null) {
      const branch = node.statics.get(path.slice(start, end))
      const leaf = branch === undefined ? null : this.#follow(branch, end, depth)
      if (leaf !== null) return leaf
    }
    if (node.param !== null && start !== end) {
      // Deeper levels write only behind this place, so the marks that remain are those of the way that succeeds.
      this.#mark(depth, start, end)
      const leaf = this.#follow(node.param, end, depth + 1)
      if (leaf !== null) return leaf
    }
    return node.wildcard === null ? null : this.#takeRest(node.wildcard, start, depth)
  }

  #takeRest<T>(wildcard: Leaf<T>, start: number, depth: number): Leaf<T> | null {
    const end = this.#path.length
    if (start === end && !wildcard.takesEmpty) return null
    this.#mark(depth, start, end)
    return wildcard
  }

  #follow<T>(branch: Branch<T>, end: number, depth: number): Leaf<T> | null {
    if (end === this.#path.length) {
      if (branch.leaf !== null || branch.rest === null) return branch.leaf
      this.#mark(depth, end + 1, end + 1)
      return branch.rest
    }
    return branch.next === null ? null : this.#enter(branch.next, end + 1, depth)
  }

  #mark(depth: number, start: number, end: number): void {
    this.marks[2 * depth] = start
    this.marks[2 * depth + 1] = end
  }
}
