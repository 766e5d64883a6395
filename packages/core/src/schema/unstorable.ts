// On the request path: finds texts that not every store keeps.
import { isStorable } from '../condition/index.ts'
import { escapePointer } from './json-schema.ts'

const NONE: readonly string[] = []

interface Place {
  readonly pointer: string
  readonly value: unknown
}

/** JSON Pointers to the texts of a value that have NUL or half of a surrogate pair; for such a name, to the object. */
export function unstorableIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return isStorable(value) ? NONE : ['']
  if (typeof value !== 'object' || value === null) return NONE
  const found: string[] = []
  // Not recursive: a value may be nested more deeply than calls.
  const left: Place[] = [{ pointer: '', value }]
  for (let place = left.pop(); place !== undefined; place = left.pop()) {
    const { pointer } = place
    if (typeof place.value === 'string') {
      if (!isStorable(place.value)) found.push(pointer)
    } else if (typeof place.value === 'object' && place.value !== null) {
      const members = Object.entries(place.value)
      if (!Array.isArray(place.value) && !members.every(([name]) => isStorable(name))) found.push(pointer)
      left.push(
        ...members.map(([name, one]) => ({ pointer: `${pointer}/${escapePointer(name)}`, value: one })),
      )
    }
  }
  return found
}
