import { credentialsFor } from './auth.js'
import { field, h } from './dom.js'
import { resolve, sampleOf, typeText } from './schema.js'
import { answerView } from './answer.js'

/** The form that sends a real request. */
export function tryView({ spec, path, method, operation, server }) {
  const parameters = (operation.parameters ?? [])
    .filter((one) => one.in !== 'cookie')
    .map((one) => parameterControl(spec, one))
  const body = operation.requestBody && bodyControl(spec, operation.requestBody)
  const answer = h('div', { class: 'answer' })
  const status = h('p', { role: 'status', class: 'status' })
  const send = h('button', { type: 'submit' }, 'Send')
  const form = h(
    'form',
    { class: 'try', 'aria-label': `Try ${operation.operationId}` },
    h('h4', {}, 'Try it'),
    parameters.map((one) => one.view),
    body?.view,
    h('p', { class: 'actions' }, send),
    status,
    answer,
  )
  const submit = async (event) => {
    event.preventDefault()
    send.disabled = true
    status.textContent = 'Sending…'
    answer.replaceChildren()
    try {
      const request = toRequest({ spec, path, method, operation, server: server(), parameters, body })
      const startedAt = performance.now()
      const response = await fetch(request.url, request.init)
      const view = await answerView(response, request)
      status.textContent = `${response.status} ${response.statusText} in ${Math.round(performance.now() - startedAt)} ms`
      answer.replaceChildren(...view)
    } catch (error) {
      status.textContent = `No answer: ${error.message}. The server may be down, or not allow requests from this page.`
    }
    send.disabled = false
  }
  form.addEventListener('submit', submit)
  return form
}

function parameterControl(spec, parameter) {
  const schema = resolve(spec, parameter.schema)
  const isRequired = parameter.required === true
  const isList = schema.type === 'array'
  const control = makeControl(schema, { isRequired, isList })
  const initial = parameter.example ?? schema.examples?.[0] ?? (isRequired ? schema.default : undefined) ?? ''
  if (initial !== '' || control.tagName !== 'SELECT') control.value = [initial].flat().join('\n')
  control.required = isRequired
  const kind = `${parameter.in}${isRequired ? ', required' : ''}`
  const label = [h('code', {}, parameter.name), ` ${kind}, `, typeText(spec, parameter.schema)]
  const hint = [parameter.description, isList && 'One value on each line.'].filter(Boolean).join(' ')
  const values = () => (isList ? control.value.split('\n') : [control.value]).filter((one) => one !== '')
  return { parameter, view: field(label, control, hint), values }
}

function makeControl(schema, { isRequired, isList }) {
  const options = schema.enum ?? (schema.type === 'boolean' ? [true, false] : undefined)
  if (!options) {
    const attributes = isList ? { rows: '2' } : { type: 'text' }
    return h(isList ? 'textarea' : 'input', { ...attributes, autocomplete: 'off', spellcheck: 'false' })
  }
  const none = isRequired ? [] : [h('option', { value: '' }, '(none)')]
  return h('select', {}, [...none, ...options.map((one) => h('option', { value: String(one) }, String(one)))])
}

function bodyControl(spec, { content, required }) {
  const types = Object.keys(content)
  const type = h(
    'select',
    {},
    types.map((one) => h('option', { value: one }, one)),
  )
  const text = h('textarea', { rows: '8', spellcheck: 'false', class: 'code' })
  const file = h('input', { type: 'file' })
  const textField = field(`Body${required ? ', required' : ''}`, text)
  const fileField = field('Body from a file', file, 'Sent instead of the text.')
  const fill = () => {
    const media = content[type.value]
    const sample =
      media.example ?? Object.values(media.examples ?? {})[0]?.value ?? sampleOf(spec, media.schema)
    text.value =
      sample === undefined ? '' : isJson(type.value) ? JSON.stringify(sample, undefined, 2) : String(sample)
    fileField.hidden = isJson(type.value)
  }
  type.addEventListener('change', fill)
  fill()
  return {
    view: [field('Media type', type), textField, fileField],
    type: () => type.value,
    value: () =>
      (fileField.hidden ? undefined : file.files[0]) ?? (text.value === '' ? undefined : text.value),
  }
}

function isJson(type) {
  return /[/+]json$/.test(type)
}

function toRequest({ spec, path, method, operation, server, parameters, body }) {
  const credentials = credentialsFor(spec, operation)
  const headers = { ...credentials.headers }
  const query = new URLSearchParams(credentials.query)
  let target = path
  for (const { parameter, values } of parameters) {
    const found = values()
    if (parameter.in === 'path')
      target = target.replace(`{${parameter.name}}`, toPathText(found[0] ?? '', parameter))
    else if (parameter.in === 'query') for (const one of found) query.append(parameter.name, one)
    else if (found.length > 0) headers[parameter.name] = found.join(', ')
  }
  const value = body?.value()
  if (value !== undefined) headers['content-type'] = body.type()
  const base = new URL(server, document.baseURI).href.replace(/\/$/, '')
  const search = query.size > 0 ? `?${query}` : ''
  return {
    url: base + target + search,
    init: { method: method.toUpperCase(), headers, body: value, cache: 'no-store' },
  }
}

/** The rest of a path keeps its slashes. */
function toPathText(text, parameter) {
  return parameter['x-wildcard']
    ? text.split('/').map(encodeURIComponent).join('/')
    : encodeURIComponent(text)
}
