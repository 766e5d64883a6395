import { field, h } from './dom.js'

// Credentials live in this page's memory only: a reload forgets them, and no other page can read them.
const given = new Map()

/** The form in which a reader says who they are. */
export function authView(spec, onChange) {
  const schemes = Object.entries(spec.components?.securitySchemes ?? {})
  if (schemes.length === 0) return undefined
  const state = h('span', { class: 'hint' })
  const update = () => {
    const names = [...given.keys()].join(', ')
    state.textContent = names ? ` – given: ${names}` : ' – none given'
    onChange()
  }
  state.textContent = ' – none given'
  return h(
    'details',
    { class: 'auth', id: 'authorisation' },
    h('summary', {}, h('h2', {}, 'Authorisation'), state),
    h(
      'p',
      { class: 'hint' },
      'Kept in this page only, and sent with the requests of operations that ask for it.',
    ),
    schemes.map(([name, scheme]) => schemeView(name, scheme, update)),
  )
}

function schemeView(name, scheme, update) {
  const set = (value) => {
    if (value) given.set(name, value)
    else given.delete(name)
    update()
  }
  return h(
    'fieldset',
    {},
    h('legend', {}, name),
    controls(scheme, set),
    scheme.description && h('p', { class: 'hint' }, scheme.description),
  )
}

function controls(scheme, set) {
  if (scheme.type === 'mutualTLS') return h('p', {}, 'The browser presents your certificate.')
  if (scheme.type === 'apiKey' && scheme.in === 'cookie') {
    return h(
      'p',
      {},
      'The browser sends the cookie ',
      h('code', {}, scheme.name),
      ' by itself once you are signed in.',
    )
  }
  const http = scheme.scheme?.toLowerCase()
  if (http === 'basic') {
    const user = input('text', 'username')
    const password = input('password', 'current-password')
    const change = () => set(user.value && `Basic ${toBase64(`${user.value}:${password.value}`)}`)
    user.addEventListener('input', change)
    password.addEventListener('input', change)
    return [field('User', user), field('Password', password)]
  }
  const secret = input('password', 'off')
  const registered = http && http !== 'bearer' ? scheme.scheme : 'Bearer'
  const word = scheme.type === 'apiKey' ? scheme['x-auth-scheme'] : registered
  secret.addEventListener('input', () =>
    set(secret.value && (word ? `${word} ${secret.value}` : secret.value)),
  )
  return field(word ? 'Access token' : `Key, sent as ${scheme.in} ${scheme.name}`, secret)
}

function input(type, autocomplete) {
  return h('input', { type, autocomplete, spellcheck: 'false' })
}

/** RFC 7617 §2.1: user and password as UTF-8. */
function toBase64(text) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}

/** Headers and query keys that authorise a request: those of the first alternative for which all is given. */
export function credentialsFor(spec, operation) {
  const alternatives = operation.security ?? spec.security ?? []
  const chosen = alternatives.find(
    (one) => Object.keys(one).length > 0 && Object.keys(one).every((name) => given.has(name)),
  )
  const headers = {}
  const query = {}
  for (const name of Object.keys(chosen ?? {})) {
    const scheme = spec.components.securitySchemes[name]
    if (scheme.type !== 'apiKey') headers.authorization = given.get(name)
    else if (scheme.in === 'header') headers[scheme.name] = given.get(name)
    else if (scheme.in === 'query') query[scheme.name] = given.get(name)
  }
  return { headers, query, mode: modeOf(spec, alternatives) }
}

/** Without cookies where a refusal would open the browser's own login, which halts the page (Fetch, 401 in §4.6). */
function modeOf(spec, alternatives) {
  const schemes = alternatives.flatMap(Object.keys).map((name) => spec.components.securitySchemes[name])
  const opensLogin = schemes.some((one) => one.type === 'http' && one.scheme.toLowerCase() !== 'bearer')
  return opensLogin && !schemes.some((one) => one.in === 'cookie') ? 'omit' : 'same-origin'
}

/** What an operation demands, in words. */
export function demandText({ security = [] }) {
  const texts = security.map((one) =>
    Object.entries(one)
      .map(([name, scopes]) => (scopes.length > 0 ? `${name} (${scopes.join(', ')})` : name))
      .join(' and '),
  )
  return texts.filter(Boolean).join(', or ')
}
