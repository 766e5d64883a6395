import { ArgumentError } from '@keelson/core'

/** What a value becomes, by where it stands in a template. */
export type HoleContext =
  | 'text'
  | 'attribute'
  | 'boolean'
  | 'boolean or text'
  | 'true or false'
  | 'url'
  | 'own url'
  | 'part of a URL'
  | 'segment'
  | 'first segment'
  | 'json'

/** A place in a template where a value is put in. */
export interface Hole {
  readonly context: HoleContext
  /** In an attribute: what stands after it in the value, up to the next hole. */
  readonly next?: string
  /** In an attribute: how much in front of the hole is omitted with the attribute. */
  readonly omits?: number
}

/** A hole in the value of an attribute. */
export interface AttributeHole {
  /** Names, in lower case. */
  readonly element: string
  readonly attribute: string
  /** What stands in the value before it and after it, `\0` for each other hole. */
  readonly before: string
  readonly after: string
}

/** The error of a hole where nothing can be escaped. */
export function refused(where: string, remedy: string): ArgumentError {
  return new ArgumentError(`html: a value cannot stand ${where}, where nothing can be escaped. ${remedy}`)
}
