import { html as tag } from '@keelson/http'

/** A template of a text with `$` for each hole, and what becomes of it. */
export function fill(template: string, ...values: readonly unknown[]): string {
  const strings = template.split('$')
  return String(tag(Object.assign(strings, { raw: strings }), ...values))
}
