import { field, h } from './dom.js'
import { sampleOf } from './schema.js'

/** The control for a body: text, a file, or the fields of a form. */
export function bodyControl(spec, { content, required }) {
  const types = Object.keys(content)
  const type = h(
    'select',
    {},
    types.map((one) => h('option', { value: one }, one)),
  )
  const text = h('textarea', { rows: '8', spellcheck: 'false', class: 'code' })
  const file = h('input', { type: 'file' })
  const hint = h('p', { class: 'hint' })
  const fileField = field('Body from a file', file)
  const fill = () => {
    text.value = sampleText(spec, content[type.value], type.value)
    fileField.hidden = isJson(type.value) || isUrlEncoded(type.value)
    hint.textContent = hintOf(type.value)
  }
  type.addEventListener('change', fill)
  fill()
  return {
    view: [field('Media type', type), field(`Body${required ? ', required' : ''}`, text), fileField, hint],
    type: () => type.value,
    value: () => toValue(type.value, text.value, fileField.hidden ? undefined : file.files[0]),
  }
}

function hintOf(type) {
  if (isJson(type)) return ''
  if (isUrlEncoded(type)) return 'One field on each line: name=value.'
  return isMultipart(type)
    ? 'As name=value lines; name=@ is the file.'
    : 'A file is sent instead of the text.'
}

function sampleText(spec, media, type) {
  const sample =
    media.example ?? Object.values(media.examples ?? {})[0]?.value ?? sampleOf(spec, media.schema)
  if (sample === undefined) return ''
  if (isJson(type)) return JSON.stringify(sample, undefined, 2)
  if (!isMultipart(type) && !isUrlEncoded(type)) return String(sample)
  return Object.entries(sample)
    .flatMap(([name, value]) => [value].flat().map((one) => `${name}=${one}`))
    .join('\n')
}

function toValue(type, text, file) {
  if (isUrlEncoded(type)) return new URLSearchParams(toFields(text))
  if (!isMultipart(type)) return file ?? (text === '' ? undefined : text)
  const form = new FormData()
  for (const [name, value] of toFields(text)) form.append(name, value === '@' && file ? file : value)
  return form
}

/** `name=value` on each line. */
export function toFields(text) {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => /^([^=]*)=?(.*)$/.exec(line).slice(1))
}

/** Whether a body says its own media type, with the boundary that it has. */
export function isMultipart(type) {
  return type.startsWith('multipart/')
}

function isUrlEncoded(type) {
  return type.endsWith('/x-www-form-urlencoded')
}

function isJson(type) {
  return /[/+]json$/.test(type)
}
