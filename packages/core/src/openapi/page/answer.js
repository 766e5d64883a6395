import { h } from './dom.js'

const MAX_SHOWN = 200_000

/** What came back, and how to send the same from a shell. */
export async function answerView(response, request) {
  const blob = await response.blob()
  const type = response.headers.get('content-type') ?? ''
  return [
    h('h5', {}, 'Body'),
    await bodyView(blob, type),
    h(
      'details',
      {},
      h('summary', {}, 'Headers'),
      pre([...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n'), 'Response headers'),
    ),
    h('details', {}, h('summary', {}, 'Request as a shell command'), pre(toCurl(request), 'Shell command')),
  ]
}

async function bodyView(blob, type) {
  if (blob.size === 0) return h('p', { class: 'hint' }, 'Empty.')
  if (!/^text\/|json|xml|javascript|x-www-form-urlencoded/.test(type)) {
    const url = URL.createObjectURL(blob)
    return h(
      'p',
      {},
      h('a', { href: url, download: 'answer' }, `Save ${blob.size} bytes`),
      ` (${type || 'no media type'})`,
    )
  }
  const text = await blob.text()
  return pre(pretty(text, type).slice(0, MAX_SHOWN), 'Response body')
}

function pretty(text, type) {
  if (!type.includes('json')) return text
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2)
  } catch {
    return text
  }
}

/** Scrolls, so that it must be reachable by keyboard. */
function pre(text, label) {
  return h('pre', { tabindex: '0', role: 'region', 'aria-label': label }, text)
}

function toCurl({ url, init }) {
  const quote = (text) => `'${String(text).replaceAll("'", `'\\''`)}'`
  const headers = Object.entries(init.headers).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`)
  const body =
    init.body === undefined
      ? []
      : typeof init.body === 'string'
        ? [`--data-raw ${quote(init.body)}`]
        : ['--data-binary @FILE']
  return ['curl', `-X ${init.method}`, quote(url), ...headers, ...body].join(' ')
}
