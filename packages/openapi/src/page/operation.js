import { pre } from './answer.js'
import { demandText } from './auth.js'
import { h, paragraphs, prose } from './dom.js'
import { schemaView } from './schema-view.js'
import { limitTexts, resolve, sampleOf, typeText } from './schema.js'
import { tryView } from './try-it.js'

/** One operation; what is inside is made when it is opened, so that large documents stay light. */
export function operationView(entry, page) {
  const { path, method, operation } = entry
  const content = h('div', { class: 'content' })
  const details = h(
    'details',
    { class: 'operation', id: `operation/${operation.operationId}` },
    h(
      'summary',
      {},
      h('h3', {}, h('span', { class: `method ${method}` }, method.toUpperCase()), ' ', h('code', {}, path)),
      h('span', { class: 'summary' }, operation.summary ?? ''),
      operation.deprecated && h('span', { class: 'deprecated' }, 'deprecated'),
    ),
    content,
  )
  details.addEventListener('toggle', () => {
    if (details.open && content.childElementCount === 0) content.append(...contentOf(entry, page))
  })
  return details
}

function contentOf({ path, method, operation }, { spec, server }) {
  const demand = demandText(operation)
  const parts = [
    h(
      'p',
      { class: 'hint' },
      'Operation ',
      h('a', { href: `#operation/${operation.operationId}` }, h('code', {}, operation.operationId)),
    ),
    paragraphs(operation.description),
    demand &&
      h('p', {}, 'Needs ', h('a', { href: '#authorisation' }, 'authorisation'), ': ', h('code', {}, demand)),
    parametersView(spec, operation.parameters ?? []),
    bodyView(spec, operation.requestBody),
    h('h4', {}, 'Responses'),
    Object.entries(operation.responses).map(([status, response]) =>
      responseView(spec, status, resolve(spec, response)),
    ),
    tryView({ spec, path, method, operation, server }),
  ]
  return parts.flat(Infinity).filter(Boolean)
}

function parametersView(spec, parameters) {
  return parameters.length === 0 ? [] : [h('h4', {}, 'Parameters'), parameterList(spec, parameters)]
}

/** Of parameters, and of headers, which have no place. */
function parameterList(spec, parameters) {
  const rows = parameters.map((one) => {
    const node = resolve(spec, one.schema)
    const limits = limitTexts({ ...node, deprecated: one.deprecated })
    return [
      h(
        'dt',
        {},
        h('code', {}, one.name),
        one.in && h('span', { class: 'hint' }, ` ${one.in}`),
        one.required && h('span', { class: 'required' }, ' required'),
      ),
      h(
        'dd',
        {},
        h('span', { class: 'type' }, typeText(spec, one.schema)),
        h('span', { class: 'limits' }, ` ${limits.join(', ')}`),
        one.description && h('p', { class: 'hint' }, prose(one.description)),
      ),
    ]
  })
  return h('dl', { class: 'members' }, rows)
}

function bodyView(spec, body) {
  if (!body) return []
  return [
    h('h4', {}, `Body${body.required ? ', required' : ''}`),
    Object.entries(body.content).map(([type, media]) => mediaView(spec, type, media)),
  ]
}

function mediaView(spec, type, media) {
  return h(
    'div',
    { class: 'media' },
    h('p', { class: 'hint' }, h('code', {}, type)),
    schemaView(spec, media.schema ?? {}),
    exampleView(spec, type, media),
  )
}

/** What is given, or what fits; values of other media types have no text. */
function exampleView(spec, type, { schema, example, examples = {} }) {
  if (!/[/+]json$/.test(type)) return undefined
  const given = example === undefined ? Object.values(examples).map((one) => one.value) : [example]
  const values = (given.length > 0 ? given : [sampleOf(spec, schema)]).filter((one) => one !== undefined)
  return values.map((value, i) => {
    const title = values.length > 1 ? `Example ${i + 1}` : 'Example'
    const text = JSON.stringify(value, undefined, 2)
    return h('details', {}, h('summary', {}, title), pre(text, `${title}, ${type}`))
  })
}

function responseView(spec, status, { description, headers = {}, content = {} }) {
  const named = Object.entries(headers).map(([name, one]) => ({ name, ...resolve(spec, one) }))
  return h(
    'details',
    { class: 'response' },
    h('summary', {}, h('code', { class: `code-${status[0]}` }, status), ' ', prose(description)),
    named.length > 0 && parameterList(spec, named),
    Object.entries(content).map(([type, media]) => mediaView(spec, type, media)),
  )
}
