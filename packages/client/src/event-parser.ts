/** One event of a stream of server-sent events. */
export interface ServerSentEvent {
  /** The `event` field; `message` without one. */
  readonly type: string
  /** The `data` fields, joined by line feeds. */
  readonly data: string
  /** The last `id` field, of this event or one before it; `''` without one. */
  readonly lastEventId: string
}

/** Parses a stream of events, by the rules of the HTML standard, §9.2.6. */
export class EventParser {
  /** The `id` field in force. */
  lastEventId: string
  /** The last `retry` field, ms. */
  retryMs: number | undefined = undefined
  #id: string
  #data = ''
  #type = ''
  #line = ''
  #hasCr = false

  constructor(lastEventId: string) {
    this.lastEventId = lastEventId
    this.#id = lastEventId
  }

  /** Characters of the event that is not yet complete. */
  get pending(): number {
    return this.#line.length + this.#data.length
  }

  /** Takes the next piece of text, cut anywhere, and gives the events that it completes. */
  feed(piece: string): readonly ServerSentEvent[] {
    const text = this.#hasCr && piece.startsWith('\n') ? piece.slice(1) : piece
    if (piece !== '') this.#hasCr = text.endsWith('\r')
    const lines = text.split(/\r\n|\n|\r/)
    const rest = lines.pop() as string
    const events: ServerSentEvent[] = []
    for (const end of lines) {
      const line = this.#line + end
      this.#line = ''
      if (line === '') this.#dispatch(events)
      else this.#read(line)
    }
    this.#line += rest
    return events
  }

  #dispatch(events: ServerSentEvent[]): void {
    this.lastEventId = this.#id
    // An event without data is not dispatched, and its id is kept.
    if (this.#data !== '') {
      const { lastEventId } = this
      events.push({ type: this.#type || 'message', data: this.#data.slice(0, -1), lastEventId })
    }
    this.#data = ''
    this.#type = ''
  }

  #read(line: string): void {
    const colon = line.indexOf(':')
    const field = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
    if (field === 'data') this.#data += value + '\n'
    else if (field === 'event') this.#type = value
    else if (field === 'id' && !value.includes('\0')) this.#id = value
    else if (field === 'retry' && /^\d+$/.test(value)) this.retryMs = Number(value)
  }
}
