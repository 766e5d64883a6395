// A tree of path segments: what a careful developer writes once routes are more than a handful.
import type { IncomingMessage, ServerResponse } from 'node:http'

export type Handler = (
  request: IncomingMessage,
  response: ServerResponse,
  target: Target,
) => void | Promise<void>

/** What the URL said. */
export interface Target {
  readonly id: string
  readonly search: string
}

interface Node {
  readonly children: Map<string, Node>
  param: Node | undefined
  readonly handlers: Map<string, Handler>
}

export type Found = { readonly handler: Handler; readonly target: Target } | 'no-path' | 'no-method'

export class Router {
  readonly #root = createNode()

  /** `:id` is the only parameter these apps have. */
  add(method: string, path: string, handler: Handler): void {
    let node = this.#root
    for (const segment of path.slice(1).split('/')) {
      if (segment === ':id') node = node.param ??= createNode()
      else node = childOf(node, segment)
    }
    node.handlers.set(method, handler)
  }

  find(method: string, url: string): Found {
    const mark = url.indexOf('?')
    const pathname = mark === -1 ? url : url.slice(0, mark)
    let node: Node | undefined = this.#root
    let id = ''
    let start = 1
    while (node !== undefined && start <= pathname.length) {
      const slash = pathname.indexOf('/', start)
      const end = slash === -1 ? pathname.length : slash
      const segment = pathname.slice(start, end)
      const child: Node | undefined = node.children.get(segment)
      if (child === undefined) id = segment
      node = child ?? node.param
      start = end + 1
    }
    if (node === undefined || node.handlers.size === 0) return 'no-path'
    const handler = node.handlers.get(method)
    if (handler === undefined) return 'no-method'
    return { handler, target: { id, search: mark === -1 ? '' : url.slice(mark + 1) } }
  }
}

function createNode(): Node {
  return { children: new Map(), param: undefined, handlers: new Map() }
}

function childOf(node: Node, segment: string): Node {
  let child = node.children.get(segment)
  if (child === undefined) {
    child = createNode()
    node.children.set(segment, child)
  }
  return child
}
