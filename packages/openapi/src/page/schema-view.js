import { h, paragraphs, prose } from './dom.js'
import { limitTexts, nameOf, resolve, typeText } from './schema.js'

const MAX_DEPTH = 6

/** The members of a schema as a list; named schemas are links to their own place. */
export function schemaView(spec, schema, depth = 0) {
  const name = nameOf(schema)
  if (name && depth > 0) return h('p', {}, schemaLink(name))
  const node = resolve(spec, schema)
  const branches = node.anyOf ?? node.oneOf
  return [
    depth === 0 && name
      ? h('p', { class: 'type' }, schemaLink(name))
      : h('p', { class: 'type' }, typeText(spec, node), limits(node)),
    depth === 0 && paragraphs(node.description),
    node.properties && members(spec, node, depth),
    branches &&
      depth < MAX_DEPTH &&
      branches.some((one) => resolve(spec, one).properties) &&
      branchList(spec, branches, depth),
    items(spec, node, depth),
  ]
}

export function schemaLink(name) {
  return h('a', { href: `#schema/${name}` }, name)
}

function limits(node) {
  const texts = limitTexts(node)
  return texts.length > 0 && h('span', { class: 'limits' }, ` ${texts.join(', ')}`)
}

function members(spec, node, depth) {
  return h(
    'dl',
    { class: 'members' },
    Object.entries(node.properties).map(([key, member]) =>
      memberView(spec, { key, member, isRequired: node.required?.includes(key) }, depth),
    ),
  )
}

function memberView(spec, { key, member, isRequired }, depth) {
  const node = resolve(spec, member)
  const name = nameOf(member)
  const inner =
    !name && depth < MAX_DEPTH && (node.properties || nameOf(node.items) || node.items?.properties)
  return [
    h('dt', {}, h('code', {}, key), isRequired ? h('span', { class: 'required' }, ' required') : ''),
    h(
      'dd',
      {},
      h('span', { class: 'type' }, name ? schemaLink(name) : typeText(spec, member), limits(node)),
      node.description && h('p', { class: 'hint' }, prose(node.description)),
      inner && (node.properties ? members(spec, node, depth + 1) : items(spec, node, depth)),
    ),
  ]
}

function items(spec, node, depth) {
  if (!node.items || depth >= MAX_DEPTH) return undefined
  const name = nameOf(node.items)
  if (name) return h('p', { class: 'hint' }, 'Items: ', schemaLink(name))
  const item = resolve(spec, node.items)
  return item.properties && members(spec, item, depth + 1)
}

function branchList(spec, branches, depth) {
  return h(
    'ul',
    { class: 'branches' },
    branches.map((one) => h('li', {}, schemaView(spec, one, depth + 1))),
  )
}
