// On the request path: the head of an answer whose framing is known. Node examines the meaning of each header, which for an
// answer with twenty of them takes longer than making its body.

import { Buffer } from 'node:buffer'
import { isFieldValue, isToken } from '../../errors/index.ts'

const MAX_KNOWN_LINES = 512

/** The line of a header, kept by name: most have the same value in every answer. */
interface KnownLine {
  readonly value: string
  readonly line: string
}

const known = new Map<string, KnownLine>()

/** The head of an answer whose body has a known length. */
export interface WholeHead {
  /** Names in lower case and values in turn, without `content-length`. */
  readonly flat: readonly string[]
  /** Length of the body, bytes. */
  readonly length: number
  /** Whether the client may use the connection again. */
  readonly keepsAlive: boolean
  /** A value that needs no check: the request id, which differs each time. */
  readonly safe?: string
}

/**
 * Makes the lines of a head, with `Date` if it is missing.
 *
 * @returns `undefined` for a head that node must write or refuse: one with `connection`, or an invalid one
 */
export function headLines({ flat, length, keepsAlive, safe = '' }: WholeHead): string | undefined {
  let lines = ''
  let hasDate = false
  for (let i = 0; i < flat.length; i += 2) {
    const name = flat[i] as string
    const value = flat[i + 1] as string
    const same = known.get(name)
    if (same !== undefined && same.value === value) lines += same.line
    else if ((same !== undefined && value === safe) || isWritable(name, value, same !== undefined))
      lines += toLine(name, value, same !== undefined)
    else return undefined
    if (name === 'date') hasDate = true
    else if (name === 'connection') return undefined
  }
  const date = hasDate ? '' : dateLine()
  return `${lines}content-length: ${length}\r\n${date}Connection: ${keepsAlive ? 'keep-alive' : 'close'}\r\n`
}

/** RFC 9110 §5.1 and §5.5, as node reads them. */
function isWritable(name: string, value: string, isKnownName: boolean): boolean {
  return (isKnownName || isToken(name)) && typeof value === 'string' && isFieldValue(value)
}

function toLine(name: string, value: string, isKnownName: boolean): string {
  const line = `${name}: ${value}\r\n`
  if (!isKnownName && known.size < MAX_KNOWN_LINES) known.set(name, { value, line: toFlat(line) })
  return line
}

/** The engine joins strings by reference; a string that is written many times is better copied once. */
function toFlat(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1')
}

let date = ''

/** The same for a whole second (RFC 9110 §6.6.1), reset by a timer: reading the time costs more than the line. */
function dateLine(): string {
  if (date === '') {
    const now = Date.now()
    date = toFlat(`Date: ${new Date(now).toUTCString()}\r\n`)
    setTimeout(forgetDate, 1000 - (now % 1000)).unref()
  }
  return date
}

function forgetDate(): void {
  date = ''
}

/** Node writes head and text as one string: beyond ASCII the head, which is latin1, would become UTF-8. */
export function isAscii(flat: readonly string[]): boolean {
  for (let i = 1; i < flat.length; i += 2)
    if (Buffer.byteLength(flat[i] as string) !== (flat[i] as string).length) return false
  return true
}
