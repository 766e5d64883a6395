import { credentialsFor } from './auth.js'
import { showAnswer } from './answer.js'
import { bodyControl, isMultipart, toFields } from './body.js'
import { field, h } from './dom.js'
import { resolve, typeText } from './schema.js'

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
  let running
  const submit = async (event) => {
    event.preventDefault()
    if (running) return running.abort()
    running = new AbortController()
    send.textContent = 'Stop'
    status.textContent = 'Sending…'
    answer.replaceChildren()
    let slow
    try {
      const request = toRequest({ spec, path, method, operation, server: server(), parameters, body })
      const startedAt = performance.now()
      const response = await fetch(request.url, { ...request.init, signal: running.signal })
      const text = `${response.status} ${response.statusText}`
      // An answer without an end has a status all the same.
      slow = setTimeout(() => (status.textContent = `${text}, receiving…`), 300)
      await showAnswer(response, request, answer)
      clearTimeout(slow)
      status.textContent = `${text} in ${Math.round(performance.now() - startedAt)} ms`
    } catch (error) {
      clearTimeout(slow)
      status.textContent = running.signal.aborted
        ? 'Stopped.'
        : `No answer: ${error.message}. The server may be down, or not allow requests from this page.`
    }
    running = undefined
    send.textContent = 'Send'
  }
  form.addEventListener('submit', submit)
  return form
}

function parameterControl(spec, parameter) {
  const schema = resolve(spec, parameter.schema)
  const isRequired = parameter.required === true && !parameter['x-may-be-empty']
  const isMap = parameter.explode === true && schema.type === 'object'
  const isList = schema.type === 'array' || isMap
  const control = makeControl(schema, { isRequired, isList })
  const initial = initialOf(parameter, schema)
  if (initial !== '' || control.tagName !== 'SELECT') control.value = [initial].flat().join('\n')
  control.required = isRequired
  const kind = `${parameter.in}${isRequired ? ', required' : ''}`
  const label = [h('code', {}, parameter.name), ` ${kind}, `, typeText(spec, parameter.schema)]
  const lines = isMap ? 'Lines of name=value.' : 'One value on each line.'
  const hint = [parameter.description, isList && lines].filter(Boolean).join(' ')
  const values = () => (isList ? control.value.split('\n') : [control.value]).filter((one) => one !== '')
  const pairs = () => (isMap ? toFields(control.value) : values().map((one) => [parameter.name, one]))
  return { parameter, view: field(label, control, hint), values, pairs }
}

function initialOf({ example, required }, schema) {
  return example ?? schema.examples?.[0] ?? (required ? schema.default : undefined) ?? ''
}

function makeControl(schema, { isRequired, isList }) {
  const options = schema.enum?.filter((one) => one !== null) ?? (schema.type === 'boolean' && [true, false])
  if (!options) {
    const attributes = isList ? { rows: '2' } : { type: 'text' }
    return h(isList ? 'textarea' : 'input', { ...attributes, autocomplete: 'off', spellcheck: 'false' })
  }
  const none = isRequired ? [] : [h('option', { value: '' }, '(none)')]
  return h('select', {}, [...none, ...options.map((one) => h('option', { value: String(one) }, String(one)))])
}

function toRequest({ spec, path, method, operation, server, parameters, body }) {
  const credentials = credentialsFor(spec, operation)
  const headers = { ...credentials.headers }
  const query = new URLSearchParams(credentials.query)
  const target = placeParameters(parameters, { path, query, headers })
  const value = body?.value()
  if (value !== undefined && !isMultipart(body.type())) headers['content-type'] = body.type()
  const base = new URL(server, document.baseURI).href.replace(/\/$/, '')
  const search = query.size > 0 ? `?${query}` : ''
  return {
    url: base + target + search,
    init: {
      method: method.toUpperCase(),
      headers,
      body: value,
      cache: 'no-store',
      credentials: credentials.mode,
    },
  }
}

/** Into query and headers; the path with its values is given back. */
function placeParameters(parameters, { path, query, headers }) {
  let target = path
  for (const { parameter, values, pairs } of parameters) {
    const found = values()
    if (parameter.in === 'path')
      target = target.replace(`{${parameter.name}}`, toPathText(found[0] ?? '', parameter))
    else if (parameter.in === 'query') for (const [name, one] of pairs()) query.append(name, one)
    else if (found.length > 0) headers[parameter.name] = found.join(', ')
  }
  return target
}

/** The rest of a path keeps its slashes. */
function toPathText(text, parameter) {
  return parameter['x-wildcard']
    ? text.split('/').map(encodeURIComponent).join('/')
    : encodeURIComponent(text)
}
