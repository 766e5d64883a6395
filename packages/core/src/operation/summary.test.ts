import { describe, expect, it } from 'vitest'
import { ConflictError, describeThrown } from '../errors/index.ts'
import { ResponseHeaders } from '../route/index.ts'
import { PipelineOutcome } from './pipeline-outcome.ts'
import { summarise } from './summary.ts'
import { TakeOver } from './take-over.ts'

const sent = { completed: true, bytes: 5, durationMs: 2, statusSent: undefined }
const cutOff = { ...sent, completed: false }
const error = new ConflictError()
const described = describeThrown(error)
const outcome = (value?: unknown): PipelineOutcome =>
  new PipelineOutcome(201, value, false, new ResponseHeaders())

describe('the summary of a request', () => {
  it('says the status of its answer', () => {
    expect(summarise(sent, outcome(), undefined)).toEqual({
      status: 201,
      durationMs: 2,
      bytes: 5,
      errorCode: undefined,
      error: undefined,
      aborted: false,
    })
  })

  it('says the error that was rendered', () => {
    const failed = new PipelineOutcome(409, '', false, new ResponseHeaders(), described)
    expect(summarise(sent, failed, undefined)).toMatchObject({
      status: 409,
      errorCode: 'ERR_CORE_CONFLICT',
      error,
    })
  })

  it('says the status on the wire where that is another', () => {
    expect(summarise({ ...sent, statusSent: 202 }, outcome(), undefined).status).toBe(202)
  })

  it('says that the client left where nothing else cut it off', () => {
    expect(summarise(cutOff, outcome(), undefined)).toMatchObject({
      status: 499,
      errorCode: 'ERR_CORE_CLIENT_CLOSED',
      error: undefined,
      aborted: true,
    })
  })

  it('says what cut an answer off, whose status was sent', () => {
    expect(summarise(cutOff, outcome(), described)).toMatchObject({ status: 201, error, aborted: true })
  })

  it('says the status of what cut it off where there was no answer, or only a foreign handler', () => {
    expect(summarise(cutOff, undefined, described).status).toBe(409)
    expect(summarise(cutOff, outcome(new TakeOver(() => undefined)), described).status).toBe(409)
    expect(summarise(sent, undefined, undefined).status).toBe(500)
  })
})
