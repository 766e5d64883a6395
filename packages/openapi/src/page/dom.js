// The only file that makes elements. Text goes in as text: nothing of a document or an answer is ever read as markup.

/**
 * Makes an element: `h('p', { class: 'note' }, 'Text', h('code', {}, 'x'))`. A name that begins with `on` is a listener;
 * `undefined` and `false` leave an attribute away.
 */
export function h(name, attributes, ...children) {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === false) continue
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value)
    else if (key === 'value') element.value = value
    else element.setAttribute(key, value === true ? '' : value)
  }
  element.append(
    ...children.flat(Infinity).filter((one) => one !== undefined && one !== null && one !== false),
  )
  return element
}

let count = 0

/** An id that no other element has. */
export function nextId() {
  count += 1
  return `k${count}`
}

/** A control with its label, and a hint that is read with it. */
export function field(label, control, hint) {
  const id = nextId()
  control.id = id
  if (hint) control.setAttribute('aria-describedby', `${id}-hint`)
  return h(
    'div',
    { class: 'field' },
    h('label', { for: id }, label),
    control,
    hint && h('p', { class: 'hint', id: `${id}-hint` }, prose(hint)),
  )
}

/** Text with `code`, **strong** and links, as descriptions have it. */
export function prose(text) {
  const pieces = String(text).split(/(`[^`]+`|\*\*[^*]+\*\*|\[[^\]]+\]\(https?:[^)\s]+\))/)
  return pieces.map((piece) => {
    if (piece.startsWith('`') && piece.length > 2) return h('code', {}, piece.slice(1, -1))
    if (piece.startsWith('**') && piece.length > 4) return h('strong', {}, piece.slice(2, -2))
    const link = /^\[([^\]]+)\]\((https?:[^)\s]+)\)$/.exec(piece)
    return link ? h('a', { href: link[2], rel: 'noreferrer' }, link[1]) : piece
  })
}

/** Blocks of a description: paragraphs, lists, headings, code. */
export function paragraphs(text) {
  const blocks = text ? text.split(/(```[^]*?```)|\n\s*\n/) : []
  return blocks.filter((one) => one?.trim()).map((one) => blockOf(one.trim()))
}

function blockOf(text) {
  const code = /^```.*\n([^]*?)\n?```$/.exec(text)
  if (code) return h('pre', { tabindex: '0' }, code[1])
  const lines = text.split('\n')
  if (lines.every((line) => /^\s*([-*]|\d+\.)\s/.test(line))) {
    const items = lines.map((line) => h('li', {}, prose(line.replace(/^\s*\S+\s+/, ''))))
    return h(/^\d/.test(text) ? 'ol' : 'ul', {}, items)
  }
  const heading = /^#+\s+(.*)\n?([^]*)$/.exec(text)
  return heading ? [h('p', {}, h('strong', {}, heading[1])), paragraphs(heading[2])] : h('p', {}, prose(text))
}
