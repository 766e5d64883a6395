import { STATUS_CODES } from './reason-phrases.ts'

/** `orders.exportAll` to `OrdersExportAll`: the beginning of made-up names. */
export function toPascal(name: string): string {
  return name.replace(/(?:^|[._\-$]+)([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

/** `exportAll` to `export all`. */
function toWords(name: string): string {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/[_\-$]+/g, ' ')
    .trim()
    .toLowerCase()
}

/** A summary for a route without one: `admin.orders.exportAll` to `Orders: export all`. */
export function toSummary(name: string): string {
  const words = name.split('.').slice(-2).map(toWords).join(': ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** Tag of a route: the names above its own, or the tag of the root. */
export function toTag(name: string, rootTag: string): string {
  const dot = name.lastIndexOf('.')
  return dot === -1 ? rootTag : name.slice(0, dot)
}

/** Reason phrases that RFC 9110 has renamed, and Node has not. */
const RENAMED: Readonly<Record<number, string>> = { 413: 'Content Too Large', 422: 'Unprocessable Content' }

/** Reason phrase of a status. */
export function toPhrase(status: number): string {
  return RENAMED[status] ?? STATUS_CODES[status] ?? `Status ${status}`
}

/** The last part of an id that is a URL: `order.json` of `https://example.com/order.json`. Another id as it is. */
export function lastPartOf(id: string): string {
  const isUrl = /^[a-z][a-z\d+.-]*:/i.test(id)
  return isUrl ? (id.split(/[/#:]/).findLast((part) => part !== '') ?? id) : id
}

/** A name that is not taken: itself, or with a number. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name
  for (let count = 2; ; count++) if (!taken.has(`${name}_${count}`)) return `${name}_${count}`
}
