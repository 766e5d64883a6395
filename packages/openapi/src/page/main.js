import { authView } from './auth.js'
import { field, h, paragraphs } from './dom.js'
import { operationView } from './operation.js'
import { schemaView } from './schema-view.js'

const METHODS = 'get head query x-query post put patch delete options trace'.split(' ')
const root = document.getElementById('app')

try {
  const response = await fetch(root.dataset.document, { credentials: 'same-origin' })
  if (!response.ok) throw new Error(`the server answered ${response.status}`)
  show(await response.json())
} catch (error) {
  root.replaceChildren(h('p', { role: 'alert' }, `The document could not be loaded: ${error.message}.`))
}

function show(spec) {
  document.title = `${spec.info.title} ${spec.info.version}`
  const servers = (spec.servers?.length ? spec.servers : [{ url: '/' }]).flatMap(inFull)
  const select = h(
    'select',
    {},
    servers.map(({ url, description }) =>
      h('option', { value: url }, description ? `${url} – ${description}` : url),
    ),
  )
  const page = { spec, server: () => select.value }
  const groups = groupByTag(spec)
  root.replaceChildren(
    h(
      'section',
      { class: 'info' },
      h('h1', {}, spec.info.title, ' ', h('small', {}, spec.info.version)),
      paragraphs(spec.info.description),
      infoLinks(spec.info, spec.externalDocs),
      field('Server', select),
    ),
    h(
      'section',
      {},
      authView(spec, () => undefined),
    ),
    ...groups.map((group) => groupView(group, page)),
    schemasView(spec),
  )
  document.getElementById('nav').replaceChildren(...navigation(groups))
  window.addEventListener('hashchange', openTarget)
  openTarget()
}

/** A server for each value of its variables. */
function inFull(server) {
  return Object.entries(server.variables ?? {}).reduce(
    (all, [name, { default: initial, enum: values = [] }]) =>
      all.flatMap((one) =>
        [...new Set([initial, ...values])].map((value) => ({
          ...one,
          url: one.url.replaceAll(`{${name}}`, value),
        })),
      ),
    [server],
  )
}

function infoLinks({ contact, license, termsOfService }, more) {
  const links = [
    contact?.url && h('a', { href: contact.url, rel: 'noreferrer' }, contact.name ?? 'Contact'),
    license && (license.url ? h('a', { href: license.url, rel: 'noreferrer' }, license.name) : license.name),
    more && h('a', { href: more.url, rel: 'noreferrer' }, more.description ?? 'More'),
    termsOfService && h('a', { href: termsOfService, rel: 'noreferrer' }, 'Terms'),
  ].filter(Boolean)
  return (
    links.length > 0 &&
    h(
      'p',
      { class: 'hint' },
      links.flatMap((one, i) => (i === 0 ? [one] : [' · ', one])),
    )
  )
}

/** Operations by their first tag, in the order of the document's tags. */
function groupByTag(spec) {
  const groups = new Map((spec.tags ?? []).map((tag) => [tag.name, { ...tag, entries: [] }]))
  for (const [path, item] of Object.entries(spec.paths)) {
    for (const method of METHODS) {
      const operation = item[method]
      if (!operation) continue
      const name = operation.tags?.[0] ?? 'general'
      if (!groups.has(name)) groups.set(name, { name, entries: [] })
      groups.get(name).entries.push({ path, method: method.replace('x-', ''), operation })
    }
  }
  return [...groups.values()].filter(({ entries }) => entries.length > 0)
}

function groupView({ name, description, entries }, page) {
  return h(
    'section',
    { id: `tag/${name}`, class: 'group' },
    h('h2', {}, name),
    paragraphs(description),
    entries.map((entry) => operationView(entry, page)),
  )
}

function schemasView(spec) {
  const schemas = Object.entries(spec.components?.schemas ?? {})
  if (schemas.length === 0) return ''
  const view = ([name, schema]) => {
    const content = h('div', { class: 'content' })
    const details = h(
      'details',
      { class: 'schema', id: `schema/${name}` },
      h('summary', {}, h('h3', {}, h('code', {}, name))),
      content,
    )
    details.addEventListener('toggle', () => {
      if (details.open && content.childElementCount === 0)
        content.append(...schemaView(spec, schema).flat(Infinity).filter(Boolean))
    })
    return details
  }
  return h('section', { id: 'schemas', class: 'group' }, h('h2', {}, 'Schemas'), schemas.map(view))
}

function navigation(groups) {
  const search = h('input', { type: 'search', autocomplete: 'off' })
  const count = h('p', { role: 'status', class: 'hint' })
  const items = groups.flatMap(({ entries }) =>
    entries.map(({ path, method, operation }) => ({
      text: `${method} ${path} ${operation.operationId} ${operation.summary ?? ''}`.toLowerCase(),
      view: h(
        'li',
        {},
        h(
          'a',
          { href: `#operation/${operation.operationId}` },
          h('span', { class: `method ${method}` }, method.toUpperCase()),
          ' ',
          path,
        ),
      ),
      group: operation.tags?.[0] ?? 'general',
    })),
  )
  const lists = groups.map(({ name }) =>
    h(
      'div',
      {},
      h('h2', {}, h('a', { href: `#tag/${encodeURIComponent(name)}` }, name)),
      h(
        'ul',
        {},
        items.filter((item) => item.group === name).map((item) => item.view),
      ),
    ),
  )
  search.addEventListener('input', () => {
    const words = search.value.toLowerCase().split(/\s+/)
    for (const item of items) item.view.hidden = !words.every((word) => item.text.includes(word))
    for (const list of lists) list.hidden = ![...list.querySelectorAll('li')].some((one) => !one.hidden)
    count.textContent = `${items.filter((item) => !item.view.hidden).length} of ${items.length} operations`
  })
  const folded = h(
    'details',
    {},
    h('summary', {}, 'Operations'),
    field('Search', search),
    count,
    lists,
    h('p', {}, h('a', { href: '#schemas' }, 'Schemas')),
  )
  // On a narrow screen it would stand before all else.
  const narrow = matchMedia('(max-width: 50rem)')
  const fit = () => (folded.open = !narrow.matches)
  narrow.addEventListener('change', fit)
  fit()
  return [folded]
}

/** A link into the page opens what it leads to. */
function openTarget() {
  let target
  try {
    target = document.getElementById(decodeURIComponent(location.hash.slice(1)))
  } catch {
    // No link of this page.
  }
  if (!target) return
  if (target instanceof HTMLDetailsElement) target.open = true
  target.scrollIntoView()
  const summary = target.querySelector('summary')
  summary?.focus({ preventScroll: true })
}
