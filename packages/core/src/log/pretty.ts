// For terminals in development; not used for lines of JSON.
import { isatty } from 'node:tty'
import type { AppMode } from '../errors/index.ts'
import type { DestinationLease, LogDestination } from './contract.ts'
import { defaultDescriptor } from './default-descriptor.ts'
import { escapeControls } from './escape-controls.ts'
import { LEVEL_VALUES, toLevelName } from './level.ts'

type Fields = Readonly<Record<string, unknown>>
type Target = string | number | LogDestination
type Paint = (color: number, text: string) => string

const INDENT = '    '
const DIM = 2
const RED = 31
const LEVEL_COLORS: Readonly<Record<string, number>> = { info: 32, debug: 36, trace: 90, warn: 33 }

/** What the reader of the terminal knows, and what the head of a line shows in another form. */
const HEAD_NAMES: readonly string[] = ['level', 'time', 'pid', 'hostname', 'msg']
const REQUEST_NAMES: readonly string[] = [
  'method',
  'route',
  'pattern',
  'path',
  'status',
  'durationMs',
  'bytes',
  'spanId',
]

/** Whether lines are written for people by default: in development, to a terminal. */
export function isPrettyByDefault(destination: Target | undefined, mode: AppMode): boolean {
  return mode === 'development' && isTerminal(destination ?? defaultDescriptor())
}

/** How lines are formatted. */
interface PrettyOptions {
  readonly hasColors: boolean
  /** Whether each line has the logger's name, which is not shown then; otherwise `name` was logged. */
  readonly isNamed: boolean
}

/** Formats the lines of a destination for people. */
export function prettify(lease: DestinationLease, target: Target, isNamed: boolean): DestinationLease {
  const format = createPrettyFormat({ hasColors: wantsColors(isTerminal(target)), isNamed })
  const { destination } = lease
  return {
    destination: {
      write: (line) => destination.write(format(line)),
      flush: () => destination.flush(),
      flushSync: () => destination.flushSync(),
    },
    release: () => lease.release(),
  }
}

/** Makes the function that turns a line of JSON into lines for people. */
function createPrettyFormat({ hasColors, isNamed }: PrettyOptions): (line: string) => string {
  const paint: Paint = hasColors ? (color, text) => `\u001b[${color}m${text}\u001b[0m` : (_, text) => text
  const hidden = new Set(isNamed ? [...HEAD_NAMES, 'name'] : HEAD_NAMES)
  return (line) => {
    try {
      return formatLine(JSON.parse(line) as Fields, hidden, paint)
    } catch {
      // A line that cannot be formatted is written as it is.
      return `${escapeControls(line.trimEnd())}\n`
    }
  }
}

function formatLine(fields: Fields, hidden: ReadonlySet<string>, paint: Paint): string {
  const { level, time, msg, requestId } = fields
  const isRequest = isRequestLine(fields)
  const head = [paint(DIM, toClock(time as number)), toLabel(level as number, paint)]
  if (msg !== undefined) head.push(showText(msg))
  if (isRequest) head.push(`${(fields['durationMs'] as number).toFixed(1)} ms`)
  const skipped = new Set(hidden)
  if (isRequest) for (const name of REQUEST_NAMES) skipped.add(name)
  const isInRequest = typeof requestId === 'string'
  if (isInRequest) skipped.add('requestId').add('traceId')
  const rest: Record<string, unknown> = {}
  const blocks: string[] = []
  for (const [name, value] of Object.entries(fields)) {
    if (skipped.has(name)) continue
    if (isErrorFields(value)) blocks.push(...errorLines(value, name === 'err' ? '' : `[${name}] `, paint))
    else rest[name] = value
  }
  head.push(...showFields(rest, paint))
  if (isInRequest) head.push(paint(DIM, showText(requestId)))
  return `${[head.join(' '), ...blocks].join('\n')}\n`
}

function isRequestLine({ method, status, durationMs, spanId }: Fields): boolean {
  return (
    typeof method === 'string' &&
    typeof status === 'number' &&
    typeof durationMs === 'number' &&
    typeof spanId === 'string'
  )
}

interface ErrorFields extends Fields {
  readonly stack: string
}

function isErrorFields(value: unknown): value is ErrorFields {
  return typeof value === 'object' && value !== null && typeof (value as Fields)['stack'] === 'string'
}

/** The stack with its line breaks, the error's own fields, and its inner errors. */
function errorLines(error: ErrorFields, label: string, paint: Paint): string[] {
  const { type: _, message: __, stack, ...others } = error
  const [first = '', ...frames] = stack.split('\n').map(escapeControls)
  const own: Record<string, unknown> = {}
  const inner: string[] = []
  for (const [name, value] of Object.entries(others)) {
    if (isErrorFields(value)) inner.push(...errorLines(value, `[${name}] `, paint))
    else if (name === 'errors' && Array.isArray(value) && value.every(isErrorFields))
      inner.push(...value.flatMap((one, at) => errorLines(one, `[errors.${at}] `, paint)))
    else own[name] = value
  }
  const fields = showFields(own, paint)
  const lines = [paint(RED, `${escapeControls(label)}${first}`), ...frames]
  if (fields.length > 0) lines.push(fields.join(' '))
  return [...lines, ...inner].map((line) => `${INDENT}${line}`)
}

function showFields(fields: Fields, paint: Paint): string[] {
  return Object.entries(fields).map(
    ([name, value]) => `${paint(DIM, `${escapeControls(name)}=`)}${showValue(value)}`,
  )
}

const BARE = /^[\w.:/@+-]+$/

function showValue(value: unknown): string {
  if (typeof value === 'string' && BARE.test(value)) return value
  return escapeControls(JSON.stringify(value))
}

function showText(value: unknown): string {
  return typeof value === 'string' ? escapeControls(value) : showValue(value)
}

function toClock(time: number): string {
  const date = new Date(time)
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()]
  const clock = parts.map((part) => String(part).padStart(2, '0')).join(':')
  return `${clock}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

function toLabel(level: number, paint: Paint): string {
  const name = toLevelName(level)
  const color = LEVEL_COLORS[name] ?? RED
  return paint(level >= LEVEL_VALUES.error ? RED : color, name.toUpperCase().padEnd(5))
}

function isTerminal(target: Target): boolean {
  if (typeof target === 'number') return isatty(target)
  return typeof target === 'object' && (target as { readonly isTTY?: unknown } | null)?.isTTY === true
}

/** As https://no-color.org and https://force-color.org say; FORCE_COLOR wins, as in Node. */
function wantsColors(isToTerminal: boolean): boolean {
  const { FORCE_COLOR: forced, NO_COLOR: none, TERM: terminal } = process.env
  if (forced !== undefined) return forced !== '0' && forced !== 'false'
  if (none !== undefined && none !== '') return false
  return isToTerminal && terminal !== 'dumb'
}
