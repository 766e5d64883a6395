/** An error as a client reads it from an answer: one member of the union that a typed call can give. */
export interface WireError<
  TCode extends string = string,
  TDetails = unknown,
  TStatus extends number = number,
> {
  readonly code: TCode
  readonly status: TStatus
  readonly title: string
  /** What happened this time, when the server says so. */
  readonly detail: string | undefined
  readonly details: TDetails
  /** Id of the request in the server's log. */
  readonly requestId: string | undefined
}

/** An error as a format reads it from a body; its status is that of the answer where it gives none. */
export interface ReadError
  extends Pick<WireError, 'code' | 'title'>, Partial<Omit<WireError, 'code' | 'title'>> {}
