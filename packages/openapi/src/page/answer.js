import { h } from './dom.js'

const MAX_SHOWN = 200_000

/** Shows what comes back, as it comes, and how to send the same from a shell. */
export async function showAnswer(response, request, place) {
  const type = response.headers.get('content-type') ?? ''
  const body = h('div', {})
  place.append(
    h('h5', {}, 'Body'),
    body,
    fold(
      'Headers',
      pre([...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n'), 'Response headers'),
    ),
    fold('Request as a shell command', pre(toCurl(request), 'Shell command')),
  )
  if (/^$|^text\/|json|xml|javascript|x-www-form-urlencoded/.test(type)) await showText(response, type, body)
  else await showFile(response, type, body)
}

function fold(title, ...content) {
  return h('details', {}, h('summary', {}, title), content)
}

async function showText(response, type, place) {
  const view = pre('', 'Response body')
  const upTo = (size) => Math.max(0, size - text.length)
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  for (let part; reader && !(part = await reader.read()).done;) {
    place.append(view)
    view.append(part.value.slice(0, upTo(MAX_SHOWN)))
    text += part.value.slice(0, upTo(10 * MAX_SHOWN))
  }
  if (text === '') place.append('Empty.')
  else if (type.includes('json')) view.textContent = pretty(text).slice(0, MAX_SHOWN)
}

async function showFile(response, type, place) {
  const blob = await response.blob()
  const link = h('a', { href: URL.createObjectURL(blob), download: 'answer' }, `Save ${blob.size} bytes`)
  place.append(link, ` (${type})`)
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2)
  } catch {
    return text
  }
}

/** Scrolls, so that it must be reachable by keyboard. */
export function pre(text, label) {
  return h('pre', { tabindex: '0', role: 'region', 'aria-label': label }, text)
}

function toCurl({ url, init }) {
  const quote = (text) => `'${String(text).replaceAll("'", `'\\''`)}'`
  const headers = Object.entries(init.headers).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`)
  return ['curl', `-X ${init.method}`, quote(url), ...headers, ...curlBody(init.body, quote)].join(' ')
}

function curlBody(body, quote) {
  if (body === undefined) return []
  if (body instanceof FormData)
    return [...body].map(
      ([name, value]) => `-F ${quote(`${name}=${value instanceof Blob ? `@${value.name}` : value}`)}`,
    )
  return body instanceof Blob ? [`--data-binary ${quote(`@${body.name}`)}`] : [`--data-raw ${quote(body)}`]
}
