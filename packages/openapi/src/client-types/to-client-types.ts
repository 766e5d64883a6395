import { toManifest, type RouteTree } from '@keelson/core'
import { flattenRoutes, type FlatRoute } from '@keelson/core/spi'
import { DECLARATIONS, TAKEN_NAMES } from './declarations.ts'
import { assign, toDoc, TypePrinter } from './print-type.ts'
import { RouteTypes } from './route-types.ts'
import { SchemaTypes } from './schema-types.ts'
import type { Member, TypeNode } from './type-node.ts'

/** Version of the file's format. Changes when clients must read it differently. */
const FORMAT = 1

/**
 * Writes the types of a tree of routes as one TypeScript file without imports, for a front end that has the client but not
 * the server: `createClient<Api>` reads its `Api` as it reads the tree itself.
 *
 * Types of TypeBox schemas are those of the compiler. Those of other libraries are read from the JSON Schema that they give;
 * a type without one is `unknown`, with a comment that names the place. The same routes give the same text.
 *
 * @throws {SetupError} for a tree with invalid names or nodes
 * @example
 * writeFileSync('api.d.ts', toClientTypes({ orders }))
 */
export function toClientTypes(tree: RouteTree): string {
  const { hash } = toManifest(tree)
  const types = new SchemaTypes()
  const routes = new RouteTypes(types)
  const root: Branch = new Map()
  for (const flat of flattenRoutes(tree).routes) {
    if (flat.route.method !== '*') put(root, flat, routes.typeOf(flat))
  }
  const { nameOf, declarations } = types.named.finish(TAKEN_NAMES)
  const printer = new TypePrinter(nameOf)
  const api = `${toDoc(['The routes, for createClient<Api>.'], 0)}export interface Api ${printer.print(toObject(root))}`
  const named = declarations.map(([name, type]) => assign(`export type ${name} =`, printer.print(type)))
  const body = [api, ...named].join('\n\n')
  const used = Object.entries(DECLARATIONS).flatMap(([name, text]) => (body.includes(name) ? [text] : []))
  // Without it, all declarations of the file would be exported.
  return `${[headOf(hash), body, ...used, 'export {}'].join('\n\n')}\n`
}

function headOf(hash: string): string {
  return `// Types of an API, format ${FORMAT}; its manifest is ${hash}. Written by keelson manifest --types: change the routes instead.`
}

/** Routes and branches by name, in the order of the tree. */
type Branch = Map<string, Branch | Member>

function put(root: Branch, flat: FlatRoute, type: TypeNode): void {
  const names = flat.name.split('.')
  const last = names.pop() as string
  let branch = root
  for (const one of names) {
    let next = branch.get(one)
    if (!(next instanceof Map)) branch.set(one, (next = new Map()))
    branch = next
  }
  branch.set(last, { name: last, type, isReadonly: true, doc: docOf(flat) })
}

function docOf({ pattern, route }: FlatRoute): readonly string[] {
  const { summary, deprecated = false } = route.options
  const text = `${route.method} ${pattern}${summary === undefined ? '' : `: ${summary}`}`
  return deprecated ? [text, '@deprecated'] : [text]
}

function toObject(branch: Branch): TypeNode {
  const members = [...branch].map(([name, one]): Member =>
    one instanceof Map ? { name, type: toObject(one), isReadonly: true } : one,
  )
  return { kind: 'object', members }
}
